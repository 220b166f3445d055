// Lays out what is beside the binary in an archive and in a package, for this machine or for every platform:
//
//   node tools/release/stage.mjs here      or all: .lightbox/release/linux_amd64 and so on
//
// With `here`, LIGHTBOX_ASSEMBLY may name a synth of dev for this machine that was just made.
// The same sources make the same files, wherever and whenever they are made. web/out is built already.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { notices } from './notices.mjs';
import { chosen, target } from './platforms.mjs';

const root = join(import.meta.dirname, '../..');
const at = (...path) => join(root, ...path);
const environment = 'dev';

/** Runs a command, and says what it said if it fails. */
function run(command, args, env = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } });
  if (status !== 0) {
    console.error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
    process.exit(1);
  }
}

const assemblies = new Map();

/** The folder of a synth for a processor. */
function assembly(lambda) {
  if (process.argv[2] === 'here' && process.env.LIGHTBOX_ASSEMBLY) {
    return at(process.env.LIGHTBOX_ASSEMBLY);
  }
  if (!assemblies.has(lambda)) {
    const folder = at('.lightbox/release', `assembly-${lambda}`);
    run(at('node_modules/.bin/cdk'), ['synth', '-q', '-c', `architecture=${lambda}`, '-c', `env=${environment}`, '--output', folder], { CDK_VALIDATION: 'false' });
    assemblies.set(lambda, folder);
  }
  return assemblies.get(lambda);
}

/** Gives functions that were built for Linux, as on AWS, a program for another system: the sandbox runs them on its own machine. */
function rebuilt(folder, { os, arch }) {
  for (const asset of readdirSync(folder)) {
    const file = join(folder, asset, 'bootstrap');
    if (!existsSync(file)) {
      continue;
    }
    const name = /^\tpath\t\S+\/functions\/(\S+)$/m.exec(execFileSync('go', ['version', '-m', file], { encoding: 'utf8' }))?.[1];
    run('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', file, `./functions/${name}`], { GOOS: os, GOARCH: arch, CGO_ENABLED: '0' });
  }
}

/** The settings of the environment alone: what others have is not for everybody. */
function settings() {
  const { app, environments } = JSON.parse(readFileSync(at('cdk.json'), 'utf8')).context;
  return `${JSON.stringify({ context: { app, environments: { [environment]: environments[environment] } } }, null, 2)}\n`;
}

/** Files may be read by everybody, and run where their owner may: whatever the umask was. */
function readable(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      chmodSync(path, 0o755);
      readable(path);
    } else {
      chmodSync(path, entry.name === 'bootstrap' ? 0o755 : 0o644);
    }
  }
}

function stage(platform) {
  const folder = at('.lightbox/release', target(platform));
  const share = join(folder, 'share');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(share, { recursive: true });
  cpSync(assembly(platform.lambda), join(share, 'assembly'), { recursive: true, filter: (source) => basename(source) !== '.cache' });
  if (platform.os !== 'linux') {
    rebuilt(join(share, 'assembly'), platform);
  }
  run('node', ['web/sandbox/build.mjs', 'web/out', join(share, 'pages'), '127.0.0.1:4566', 'lightbox']);
  writeFileSync(join(share, 'cdk.json'), settings());
  cpSync(at('LICENSE'), join(folder, 'LICENSE'));
  cpSync(at('docs/WITHOUT-GO.md'), join(folder, 'README.md'));
  writeFileSync(join(folder, 'NOTICES.txt'), notices(platform));
  readable(folder);
  console.log(`.lightbox/release/${target(platform)}: ready to be packed`);
}

chosen(process.argv[2]).forEach(stage);
