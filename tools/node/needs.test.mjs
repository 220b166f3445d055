// make says what it lacks: Go, Node and npm in which version, room, free ports, and a network for the first install.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { tmpdir } from 'node:os';

const root = new URL('../../', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'needs-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const onPath = (name) => {
  const found = spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
  assert.ok(found, `the test wants ${name} on the path`);
  return found;
};

/** A folder with what make needs of the project, and one with the programs of a system and those given as scripts. */
function machine(name, programs) {
  const project = join(scratch, name);
  const bin = join(scratch, `${name}-bin`);
  const pages = ['app', 'components', 'graphql', 'lib', 'public', 'sandbox', 'styles', 'tools'];
  for (const folder of [join(project, 'tools/node'), ...pages.map((folder) => join(project, 'web', folder)), bin]) {
    mkdirSync(folder, { recursive: true });
  }
  const packages = ['', 'tools/node/', 'web/'].flatMap((folder) => [`${folder}package.json`, `${folder}package-lock.json`]);
  for (const file of ['Makefile', 'tools/needs', 'go.mod', ...packages]) {
    copyFileSync(join(root, file), join(project, file));
  }
  for (const system of ['bash', 'find', 'awk', 'rm', 'touch', 'mkdir', 'cat']) {
    symlinkSync(onPath(system), join(bin, system));
  }
  for (const [program, says] of Object.entries(programs)) {
    writeFileSync(join(bin, program), `#!/bin/sh\n${says}\n`);
    chmodSync(join(bin, program), 0o755);
  }
  const make = (target, env = {}) => {
    const { status, stderr, stdout } = spawnSync(onPath('make'), [target, ...ports], {
      cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: bin, HOME: scratch, ...env },
    });
    const faults = stderr.split('\n').filter((line) => line.startsWith('make: ') && !line.startsWith('make: ***'));
    return { status, stdout, faults, stderr };
  };
  return Object.assign(make, { project, bin });
}

// A sandbox may run on this machine: none of these asks for its ports.
const ports = ['HTTP=47101', 'HTTPS=47102', 'PAGES=47103'];

const noGo = 'make: got no Go, want Go 1.26 or later: https://go.dev/doc/install';
const noNode = 'make: got no Node, want Node 20 or later: https://nodejs.org/en/download';
const noNPM = 'make: got no npm, want the one that comes with Node: https://nodejs.org/en/download';
const fine = { go: 'echo go version go1.26.0 linux/amd64', node: 'echo v20.0.0', npm: 'exit 0' };

test('every target that needs Go or Node says so, all at once', () => {
  const make = machine('nothing', {});
  const { stdout } = make('help');
  const targets = [...stdout.matchAll(/^ {2}make (\S+)/gm)].map(([, target]) => target).filter((target) => target !== 'help');
  assert.ok(targets.includes('up') && targets.includes('test') && targets.length > 15, `targets: ${targets}`);
  for (const target of targets) {
    const { status, faults, stderr } = make(target, target === 'admin' ? { MAKEFLAGS: 'USER=ann' } : {});
    assert.equal(status, 2, target);
    assert.deepEqual(faults, [noGo, noNode, noNPM], `${target}: ${stderr}`);
    assert.doesNotMatch(stderr, /not found|No such file/, target);
  }
});

for (const [name, change, want] of [
  ['no Go', { go: undefined }, [noGo]],
  ['an old Go', { go: 'echo go version go1.25.9 linux/amd64' }, [noGo.replace('no Go', 'Go 1.25')]],
  ['a very old Go', { go: 'echo go version go1.4 linux/amd64' }, [noGo.replace('no Go', 'Go 1.4')]],
  ['an old Node', { node: 'echo v18.20.8' }, [noNode.replace('no Node', 'Node 18.20')]],
  ['a Node of one figure', { node: 'echo v8.0.0' }, [noNode.replace('no Node', 'Node 8.0')]],
  ['a Go that does not start', { go: 'exit 127' }, [noGo]],
  ['no npm', { npm: undefined }, [noNPM]],
  ['the oldest that will do', {}, []],
  ['a new Go', { go: 'echo go version go2.0 linux/amd64' }, []],
  ['a Go from its repository', { go: 'echo go version go1.27-devel_3c0d4f2 linux/amd64' }, []],
  ['a new Node', { node: 'echo v100.1.2' }, []],
]) {
  test(`with ${name}`, () => {
    const programs = Object.fromEntries(Object.entries({ ...fine, ...change }).filter(([, says]) => says !== undefined));
    const { status, faults, stderr } = machine(name.replaceAll(' ', '-'), programs)('needs');
    assert.deepEqual(faults, want, stderr);
    assert.equal(status, want.length > 0 ? 2 : 0);
  });
}

test('an install without a network says what npm said, and what to do', () => {
  const make = machine('offline', { go: fine.go, node: `exec ${process.execPath} "$@"` });
  const path = [join(scratch, 'offline-bin'), dirname(onPath('npm'))].join(delimiter);
  for (const [target, folder] of [['up', '.'], ['test', '.'], ['seed', 'web']]) {
    const { status, stderr } = make(target, {
      PATH: path, npm_config_registry: 'http://127.0.0.1:9/', npm_config_cache: join(scratch, 'cache'), npm_config_fetch_retries: '0',
    });
    assert.equal(status, 2, target);
    assert.match(stderr, /npm error .*ECONNREFUSED/, target);
    assert.ok(stderr.includes(`make: npm ci in ${folder} failed, see above; the first install wants a network`), `${target}: ${stderr}`);
  }
});

/** Something that listens: a sandbox, if it is given what that says of itself. */
async function listening(t, overview) {
  const server = createServer((_, response) => response.end(JSON.stringify(overview ?? {}, null, 2)));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return server.address().port;
}

/** What the script says of ports. It runs beside this process, which answers for what listens. */
async function asked(cwd, env, ...args) {
  const child = spawn(join(cwd, 'tools/needs'), args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text) => { stderr += text; });
  const status = await new Promise((resolve) => child.on('close', resolve));
  return { status, faults: stderr.split('\n').filter(Boolean) };
}

test('ports that are taken are told all at once, with who has them, before anything is built', async (t) => {
  const make = machine('ports', { ...fine, npm: `echo "$@" >> ${join(scratch, 'installed')}` });
  const env = { PATH: make.bin, HOME: scratch };
  const other = await listening(t, { http: '127.0.0.1:1', data: '/home/ann/other/.lightbox' });
  const foreign = await listening(t);
  const { status, faults } = await asked(make.project, env, `HTTP=${other}`, 'HTTPS=47102', `PAGES=${foreign}`);
  assert.equal(status, 1);
  assert.equal(faults.length, 2, faults.join('\n'));
  assert.match(faults[0], new RegExp(`^make: got the port ${other} taken by the sandbox of /home/ann/other/\\.lightbox, want it free, or another, as in HTTP=\\d+$`));
  assert.match(faults[1], new RegExp(`^make: got the port ${foreign} taken by another program, want it free, or another, as in PAGES=\\d+$`));
  assert.deepEqual((await asked(make.project, env, 'HTTP=47101', 'HTTPS=47102', 'PAGES=47103')).faults, [], 'control: free ports');
  assert.ok(!existsSync(join(scratch, 'installed')), 'npm was run');
});

test('the ports of the sandbox of this folder are free for it', async (t) => {
  const make = machine('own', fine);
  const overview = { data: join(make.project, '.lightbox') };
  const http = await listening(t, overview);
  const web = await listening(t);
  Object.assign(overview, { http: `127.0.0.1:${http}`, https: '127.0.0.1:47102', web: `localhost:${web}` });
  mkdirSync(overview.data);
  writeFileSync(join(overview.data, 'address'), overview.http);
  const ask = () => asked(make.project, { PATH: make.bin, HOME: scratch }, `HTTP=${http}`, 'HTTPS=47102', `PAGES=${web}`);
  assert.deepEqual(await ask(), { status: 0, faults: [] });
  overview.data = scratch; // another's, which took the address of one that was killed
  assert.equal((await ask()).faults.length, 2);
});

test('ports that are none, and a disk without room', () => {
  const df = 'echo head; echo "/dev/x 100 90 10 90% /"';
  const make = machine('odd', { ...fine, df });
  const run = spawnSync(join(make.project, 'tools/needs'), ['HTTP=127.0.0.1:1', 'HTTPS=0', 'PAGES=65536', 'A=47101', 'B=47101'], {
    encoding: 'utf8', env: { PATH: make.bin, HOME: scratch },
  });
  assert.deepEqual(run.stderr.split('\n').filter(Boolean), [
    `make: got 10 MB free at ${make.project}, want 2500 MB for packages and what is built here`,
    'make: got HTTP=127.0.0.1:1, want a port, as in HTTP=4567',
    'make: got HTTPS=0, want a port, as in HTTPS=4567',
    'make: got PAGES=65536, want a port, as in PAGES=4567',
    'make: got B=47101, want another: the port is asked for twice',
  ]);
});

test('make up and make dev ask for their ports and take them, the others ask for none', () => {
  const { PATH, HOME } = process.env;
  const said = (target) => spawnSync(onPath('make'), ['-n', target, ...ports], { cwd: root, encoding: 'utf8', env: { PATH, HOME } }).stdout;
  for (const target of ['up', 'dev']) {
    assert.match(said(target), /tools\/needs 'HTTP=47101' 'HTTPS=47102' 'PAGES=47103'\n/, target);
    assert.match(said(target), / sandbox .*--http 127\.0\.0\.1:47101 --https 127\.0\.0\.1:47102 --web-addr 127\.0\.0\.1:47103/, target);
    assert.match(said(target), / -c origin=http:\/\/localhost:47103 /, target);
  }
  assert.match(said('doctor'), /tools\/needs 'HTTP=47101' 'HTTPS=47102' 'PAGES=47103'\n/);
  assert.match(said('smoke'), /tools\/needs *\n/);
  assert.doesNotMatch(said('smoke'), /4710|4599|8499|4566/);
});

test('local.mk may have comments and spaces behind its ports, and one that is none is told', () => {
  const make = machine('local', fine);
  const asks = (text) => {
    writeFileSync(join(make.project, 'local.mk'), text);
    return spawnSync(onPath('make'), ['-n', 'doctor'], { cwd: make.project, encoding: 'utf8', env: { PATH: make.bin, HOME: scratch } }).stdout;
  };
  const want = /tools\/needs 'HTTP=47101' 'HTTPS=47102' 'PAGES=47103'\n/;
  assert.match(asks('HTTP = 47101 # beside the other\nHTTPS = 47102\t \nPAGES = 47103\n'), want);
  assert.match(asks('HTTP = 47101\nHTTPS = 47102\nPAGES = 47103\n'), want, 'control');
  assert.match(asks('HTTP = 471 01\nHTTPS = 47102\nPAGES = 47103\n'), /tools\/needs 'HTTP=471 01' /);
});
