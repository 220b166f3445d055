// Do the tests notice? Takes one thing after another out of the templates, deploys each to a sandbox of its own, and runs
// the test that must go red; before, all these tests must be green on the templates as they are.
//
//   node e2e/broken/broken.mjs [words of a break's name]
//
// It needs a synth (make synth), the build of the pages (npm run build) and the sandbox's binary, which LIGHTBOX names.
import { execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { overview } from '../../seed/sandbox.mjs';
import { title } from '../../tools/title.mjs';
import { breaks } from './breaks.mjs';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..');
const web = join(root, 'web');
const lightbox = process.env.LIGHTBOX ?? join(root, '.lightbox/bin/lightbox');
const [http, https] = [process.env.LIGHTBOX_HTTP ?? '127.0.0.1:4588', process.env.LIGHTBOX_HTTPS ?? '127.0.0.1:8588'];

const folder = await mkdtemp(join(tmpdir(), 'lightbox-broken-'));
const assembly = join(folder, 'cdk.out');
const outputs = join(folder, 'amplify_outputs.json');
const report = join(folder, 'report.json');
const env = {
  ...process.env,
  LIGHTBOX_HTTP: http,
  LIGHTBOX_HTTPS: https,
  LIGHTBOX_OUTPUTS: outputs,
  LIGHTBOX_PAGES_PORT: process.env.LIGHTBOX_PAGES_PORT ?? '3958',
  PLAYWRIGHT_JSON_OUTPUT_NAME: report,
};

/** A sandbox that deploys the assembly whenever it is written. */
async function start() {
  // The origins are those of where.ts.
  const args = ['sandbox', '--ephemeral', '--watch', '--assembly', assembly, '--http', http, '--https', https, '--log', 'none',
    '--origin', 'http://localhost:3000', '--origin', 'http://foreign.localhost:3000'];
  const child = spawn(lightbox, args, { cwd: root });
  let said = '';
  const hear = (part) => (said += String(part).replace(/\x1b\[[\d;]*m/g, ''));
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const waitFor = async (words, after = 0) => {
    for (let attempt = 0; attempt < 300; attempt++) {
      if (said.slice(after).includes(words)) {
        return;
      }
      if (/FAILED|ROLLBACK/.test(said.slice(after)) || child.exitCode !== null) {
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the sandbox did not say "${words}":\n${said.slice(after)}`);
  };
  await waitFor('The sandbox is ready');
  return { stop: () => child.kill('SIGTERM'), heard: () => said.length, waitFor };
}

/** Writes a stack's template, and waits until it is deployed. */
async function deploy(sandbox, stack, template) {
  const heard = sandbox.heard();
  await writeFile(join(assembly, `${stack}.template.json`), template);
  await sandbox.waitFor(`UPDATE_COMPLETE  ${title}-dev-${stack}`, heard);
}

/** Runs tests; answers what went wrong in each that failed, by its title. A run without tests is a fault. */
async function test(specs, titles) {
  const pattern = titles.map((title) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const files = specs.map((spec) => `e2e/${spec}.spec.ts`);
  const args = ['playwright', 'test', '--config', 'broken.config.ts', ...files, '-g', pattern];
  await rm(report, { force: true });
  await run('npx', args, { cwd: web, env, maxBuffer: 64 << 20 }).catch(() => undefined);
  const { suites, errors } = JSON.parse(await readFile(report, 'utf8'));
  const ran = suites.flatMap(({ specs: own }) => own);
  if (errors.length > 0 || ran.length !== titles.length) {
    throw new Error(`${ran.length} tests ran, want ${titles.length}: ${errors.map(({ message }) => message).join()}`);
  }
  const failed = ran.filter(({ ok }) => !ok);
  return new Map(failed.map(({ title, tests }) => [title, tests[0].results.at(-1).errors[0]?.message ?? 'it failed']));
}

const first = (message) => message.replace(/\x1b\[[\d;]*m/g, '').split('\n').filter(Boolean).slice(0, 6).join(' ').slice(0, 240);
const unique = (list) => [...new Set(list)];

const words = process.argv.slice(2).join(' ');
const chosen = breaks.filter(({ what }) => what.includes(words));
await cp(process.env.LIGHTBOX_ASSEMBLY ?? join(root, 'cdk.out'), assembly, { recursive: true });
const sandbox = await start();
let unnoticed = 0;
try {
  const { stacks } = await overview(http);
  const exported = Object.fromEntries(stacks.map(({ name, outputs: own }) => [name, own]));
  await writeFile(join(folder, 'outputs.json'), JSON.stringify(exported));
  await run(lightbox, ['outputs', '--in', join(folder, 'outputs.json'), '--env', 'dev', '--out', outputs], { cwd: root });
  await run(process.execPath, ['seed/seed.mjs', http, outputs], { cwd: web });

  const whole = await test(unique(chosen.map(({ spec }) => spec)), unique(chosen.map(({ test: title }) => title)));
  for (const [title, message] of whole) {
    throw new Error(`red on the templates as they are: ${title}: ${first(message)}`);
  }
  console.log(`as it is: ${unique(chosen.map(({ test: title }) => title)).length} tests are green`);
  for (const { what, stack, take, spec, test: title } of chosen) {
    const before = await readFile(join(assembly, `${stack}.template.json`), 'utf8');
    const template = JSON.parse(before);
    take(template);
    await deploy(sandbox, stack, JSON.stringify(template));
    const failed = [...(await test([spec], [title]))];
    await deploy(sandbox, stack, before);
    unnoticed += failed.length > 0 ? 0 : 1;
    console.log(`${failed.length > 0 ? 'noticed' : 'NOT NOTICED'}: ${what}\n  ${spec}: ${title}`);
    for (const [, message] of failed) {
      console.log(`  ${first(message)}`);
    }
  }
  console.log(`${chosen.length - unnoticed} of ${chosen.length} were noticed`);
} finally {
  sandbox.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = unnoticed > 0 ? 1 : 0;
