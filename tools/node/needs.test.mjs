// make says what it lacks: Go, Node and npm in which version, and a network for the first install.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  return (target, env = {}) => {
    const { status, stderr, stdout } = spawnSync(onPath('make'), [target], {
      cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: bin, HOME: scratch, ...env },
    });
    const faults = stderr.split('\n').filter((line) => line.startsWith('make: ') && !line.startsWith('make: ***'));
    return { status, stdout, faults, stderr };
  };
}

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
