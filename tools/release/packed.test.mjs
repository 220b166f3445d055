// Does what docs/WITHOUT-GO.md says with what was packed: in empty folders, and without Go on the path. Where there is no archive, it
// takes the folder that one is made of.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { chosen, target } from './platforms.mjs';
import { version } from './version.mjs';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');
const work = mkdtempSync(join(tmpdir(), 'without-go-'));
after(() => rmSync(work, { recursive: true, force: true }));

const page = readFileSync(join(root, 'docs/WITHOUT-GO.md'), 'utf8');
const block = (title) => new RegExp(`^\`\`\`\\w+ title="${title}"\\n(.*?)^\`\`\`$`, 'ms').exec(page)[1];
const timeout = 240_000; // what hangs is found; nothing else is told by it
const free = ['--http', '127.0.0.1:0', '--https', '127.0.0.1:0', '--web-addr', '127.0.0.1:0'];

// Where a program says its processor, in hex: e_machine of ELF, and the CPU of Mach-O behind its mark.
const kinds = { linux: { at: [18, 20], amd64: '3e00', arm64: 'b700' }, darwin: { at: [0, 8], amd64: 'cffaedfe07000001', arm64: 'cffaedfe0c000001' } };

/** An empty folder. */
function folder(name) {
  const path = join(work, name);
  mkdirSync(path);
  return path;
}

const [here] = chosen('here');
const laidOut = join(root, '.lightbox/release', target(here));

/** The archive, unpacked: the folder that was in it. */
function unpacked(name) {
  const into = folder(name);
  const whole = `lightbox_${version}_${target(here)}`;
  if (!existsSync(join(dist, `${whole}.tar.gz`))) {
    cpSync(laidOut, into, { recursive: true });
    return into;
  }
  execFileSync('tar', ['-xzf', join(dist, `${whole}.tar.gz`), '-C', into]);
  assert.deepEqual(files(join(into, whole)), files(laidOut), 'want what was laid out, and the program');
  return join(into, whole);
}

/** All files below a folder, with their sizes and whether they may be run. */
function files(path) {
  return readdirSync(path, { recursive: true }).sort().flatMap((file) => {
    const found = statSync(join(path, file));
    return found.isFile() ? [`${file} ${found.size} ${(found.mode & 0o100) > 0}`] : [];
  });
}

/** The packages, installed: the folder that has them. */
function installed(name) {
  const into = folder(name);
  const packages = readdirSync(join(dist, 'npm')).filter((file) => /lightbox-\d/.test(file) || file.includes(`-${here.os}-${here.cpu}-`)).map((file) => join(dist, 'npm', file));
  writeFileSync(join(into, 'package.json'), '{ "private": true, "type": "module" }');
  // Nothing is asked of a registry: what it needs is in the files.
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel', 'error', ...packages], { cwd: into });
  return into;
}

/** Starts it without a path, but for that of Node where it is asked for, until it says that it is ready. */
async function up(command, args, cwd, path = '') {
  const began = performance.now();
  const child = spawn(command, args, { cwd, env: { PATH: path, HOME: cwd }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const line = await Promise.race([new Promise((resolve) => createInterface(child.stdout).once('line', resolve)), ended]);
  assert.equal(typeof line, 'string', said);
  const took = Math.round(performance.now() - began);
  return {
    ready: JSON.parse(line), took,
    stop: async () => {
      process.kill(-child.pid, 'SIGINT'); // as a terminal's Ctrl-C: to all of them
      await ended;
      assert.match(said, /Draining/);
    },
  };
}

/** What a process has started, by their commands. */
function children(id) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      return [{ parent: Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))[1]), command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
    } catch {
      return []; // it has ended
    }
  });
  return all.filter(({ parent }) => parent === id).map(({ command }) => command.split('\0')[0]);
}

async function get(url, headers = {}) {
  const response = await fetch(url, { headers });
  return { status: response.status, text: await response.text() };
}

test('the archive has the whole backend and its pages, and finds them again', { timeout }, async (t) => {
  const home = unpacked('archive');
  const before = files(home);
  assert.match(execFileSync('./lightbox', ['version'], { cwd: home, env: {}, encoding: 'utf8' }), new RegExp(`^lightbox ${version}, `));
  const first = await up('./lightbox', ['up', '--data', join(work, 'data'), '--ready', 'json', ...free], home);
  t.diagnostic(`ready after ${first.took} ms`);
  const { http, web, process: id, stacks } = first.ready;
  assert.deepEqual(stacks.map(({ name, status }) => `${name.split('-').at(-1)} ${status}`).toSorted(),
    ['API', 'Auth', 'CDN', 'FileStorage', 'Identity'].map((name) => `${name} CREATE_COMPLETE`));
  const settings = JSON.parse((await get(`http://${web}/amplify_outputs.json`)).text);
  const pool = stacks.find(({ name }) => name.endsWith('-Auth')).outputs.UserPoolId;
  assert.equal(settings.auth.user_pool_id, pool);
  assert.ok((await get(`http://${web}/`)).text.includes(`connect-src http://${http} ws://${http} `), 'want pages that may reach this sandbox');
  assert.ok((await get(`http://${web}/_sandbox/browser.js`)).text.includes(`http://${http}'`), 'want a script that goes to this sandbox');
  if (process.platform === 'linux') {
    assert.deepEqual(children(id).filter((command) => !command.endsWith('/bootstrap')), [], 'want nothing started but functions');
  }
  const written = execFileSync(join(home, 'lightbox'), ['sandbox', 'outputs', '-', '--http', http], { cwd: folder('front end'), encoding: 'utf8', env: {} });
  assert.deepEqual(JSON.parse(written), settings, 'what it writes for a front end of your own');
  await first.stop();

  const again = await up('./lightbox', ['up', '--data', join(work, 'data'), '--ready', 'json', ...free], home);
  t.diagnostic(`ready again after ${again.took} ms`);
  assert.equal(again.ready.stacks.find(({ name }) => name.endsWith('-Auth')).outputs.UserPoolId, pool);
  await again.stop();
  assert.deepEqual(files(home), before, 'want nothing written beside the program');
});

test('archives of all platforms have the same files, their own programs, and the sums of SHA256SUMS', { timeout }, (t) => {
  const archives = chosen('all').map((platform) => ({ ...platform, whole: `lightbox_${version}_${target(platform)}` })).filter(({ whole }) => existsSync(join(dist, `${whole}.tar.gz`)));
  if (archives.length === 0) {
    t.skip('no archive: `make snapshot` or `make release` makes them');
    return;
  }
  const sums = archives.map(({ whole }) => `${createHash('sha256').update(readFileSync(join(dist, `${whole}.tar.gz`))).digest('hex')}  ${whole}.tar.gz`);
  assert.deepEqual(readFileSync(join(dist, 'SHA256SUMS'), 'utf8').trim().split('\n').sort(), sums.sort());
  const into = folder('all platforms');
  const listed = archives.map(({ os, arch, whole }) => {
    execFileSync('tar', ['-xzf', join(dist, `${whole}.tar.gz`), '-C', into]);
    const names = readdirSync(join(into, whole), { recursive: true }).sort();
    for (const name of names.filter((name) => /(^|\/)(lightbox|bootstrap)$/.test(name))) {
      const head = readFileSync(join(into, whole, name)).subarray(0, 20);
      assert.equal(head.toString('hex', ...kinds[os].at), kinds[os][arch], `${whole}/${name}: want a program of ${os} on ${arch}`);
    }
    rmSync(join(into, whole), { recursive: true });
    return names.map((name) => name.replace(/asset\.[0-9a-f]{64}/, 'asset')); // which functions have other hashes on another processor
  });
  for (const names of listed) assert.deepEqual(names, listed[0]);
});

test('a program alone says what it lacks', () => {
  const alone = folder('alone');
  cpSync(join(laidOut, 'lightbox'), join(alone, 'lightbox'));
  assert.throws(() => execFileSync('./lightbox', ['up'], { cwd: alone, env: {}, encoding: 'utf8', stdio: 'pipe' }), /got no share\/ beside this command/);
});

test('the packages start it, and the fixture runs what the page has', { timeout }, async (t) => {
  const here = installed('packages');
  // npx runs what is installed by Node and by nothing else.
  const node = folder('node alone');
  for (const name of ['node', 'npx', 'npm', 'sh', 'env']) {
    symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(node, name));
  }
  const { took, ready, stop } = await up('npx', ['--no', 'lightbox', 'up', '--ephemeral', '--ready', 'json', ...free], here, node);
  t.diagnostic(`ready after ${took} ms by npx`);
  assert.equal((await get(`http://${ready.web}/`)).status, 200);
  await stop();

  for (const name of ['@playwright/test', 'playwright', 'playwright-core', '@sparticuz/chromium']) {
    mkdirSync(dirname(join(here, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'web/node_modules', name), join(here, 'node_modules', name));
  }
  writeFileSync(join(here, 'shop.spec.ts'), block('shop.spec.ts'));
  writeFileSync(join(here, 'playwright.config.ts'), `import chromium from '@sparticuz/chromium';
export default { workers: 1, timeout: 120_000, expect: { timeout: 30_000 }, reporter: [['json', { outputFile: 'said.json' }]],
  use: { launchOptions: { executablePath: process.env.CHROME || (await chromium.executablePath()), args: ['--no-sandbox', '--disable-gpu'] } } };
`);
  const began = performance.now();
  const ran = spawn(process.execPath, ['node_modules/@playwright/test/cli.js', 'test'], { cwd: here, env: { ...process.env, PATH: node }, stdio: 'ignore' });
  await new Promise((resolve) => ran.once('close', resolve));
  const { stats, suites } = JSON.parse(readFileSync(join(here, 'said.json'), 'utf8'));
  assert.deepEqual([stats.expected, stats.unexpected, stats.flaky], [2, 0, 0], JSON.stringify(suites, null, 1).slice(0, 4000));
  t.diagnostic(`its tests took ${Math.round(performance.now() - began)} ms`);
});
