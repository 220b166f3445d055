// Versions that stand in more than one place are the same in all of them. CONTRIBUTING.md's "Upgrading" is the list.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const json = (path) => JSON.parse(read(path));
const folders = ['', 'tools/node/', 'web/'];

/** What the pattern's group finds in the file, which has to have it. */
function find(path, pattern) {
  const found = pattern.exec(read(path));
  assert.ok(found, `${path}: got nothing that matches ${pattern}`);
  return found[1];
}

/** The version of a Go module, without its v, as go.mod or another of its kind requires it. */
const goModule = (path, file = 'go.mod') =>
  find(file, new RegExp(`^\\t(?:\\S+/)?${path.replaceAll('.', '\\.')} v(\\S+)`, 'm'));

/** The packages that a package.json pins, by name. */
function pinned(folder) {
  const { dependencies, devDependencies } = json(`${folder}package.json`);
  return { ...dependencies, ...devDependencies };
}

const cli = pinned('')['aws-cdk'];
const node = pinned('').node;
const library = goModule('aws-cdk-go/awscdk/v2');
const constructs = goModule('constructs-go/constructs/v10');
const jsii = goModule('jsii-runtime-go');

test('checks in Node use the library that the program is built with', () => {
  assert.equal(pinned('tools/node/')['aws-cdk-lib'], library);
  assert.equal(pinned('tools/node/').constructs, constructs);
});

test('ADR 0012 names the versions that are pinned', () => {
  const adr = 'docs/adr/0012-pinned-toolchain-and-flags.md';
  assert.equal(find(adr, /pins `aws-cdk` (\S+)/), cli);
  assert.equal(find(adr, /`node` ([\d.]+),/), node);
  assert.equal(find(adr, /pins awscdk v([\d.]+),/), library);
  assert.equal(find(adr, /constructs v([\d.]+) and/), constructs);
  assert.equal(find(adr, /jsii-runtime-go v(\d+\.\d+\.\d+)/), jsii);
  assert.equal(find(adr, /`recommended-feature-flags\.json` of v([\d.]+)\)/), library);
});

test('the assembly is read up to the schema that the library writes', () => {
  const schema = /awscdkcloudassemblyschema\/v(\d+) v/;
  const file = 'sandbox/assembly/manifest.go';
  assert.equal(find(file, /^const newestSchema = (\d+)$/m), find('go.mod', schema));
  assert.equal(find(file, /written for, CDK ([\d.]+)'s/), library.replace(/\.\d+$/, ''));
});

test('the table of resource types is of the cfn-lint that `make types` gets', () => {
  const { source } = json('sandbox/cloudformation/schema/table.json');
  assert.equal(source, `cfn-lint ${find('Makefile', /^CFN_LINT_VERSION := (\S+)$/m)}`);
});

test("cdk.json has the library's recommended feature flags, but for those that ADR 0012 names", () => {
  const recommended = json('tools/node/node_modules/aws-cdk-lib/recommended-feature-flags.json');
  const { environments, 'cli-telemetry': telemetry, ...flags } = json('cdk.json').context;
  const ours = { '@aws-cdk/core:enablePartitionLiterals': false, '@aws-cdk/core:target-partitions': ['aws'] };
  for (const name of Object.keys(ours)) {
    assert.ok(read('docs/adr/0012-pinned-toolchain-and-flags.md').includes(`- \`${name}\` is`), `ADR 0012 lacks ${name}`);
    assert.notDeepEqual(ours[name], recommended[name], `${name} is as recommended: ADR 0012 need not name it`);
  }
  assert.deepEqual(flags, { ...recommended, ...ours });
});

test('Go and Node have the same version wherever one is asked for', () => {
  const go = find('go.mod', /^go (\d+\.\d+)/m);
  for (const file of ['tools/go.mod', 'tools/goreleaser/go.mod']) {
    assert.equal(find(file, /^go (\d+\.\d+)/m), go, file);
  }
  for (const page of ['README.md', 'CONTRIBUTING.md']) {
    assert.equal(find(page, /You need Go (\S+) or later/), go, page);
  }
  const least = find('tools/needs', /^node_wanted=(\d+)$/m);
  for (const page of ['README.md', 'CONTRIBUTING.md']) {
    assert.equal(find(page, /Node (\d+) or later/), least, page);
  }

  const major = node.split('.')[0];
  assert.equal(pinned('web/')['@types/node'].split('.')[0], major, '@types/node');
  for (const name of readdirSync(new URL('../../.github/workflows', import.meta.url))) {
    const workflow = read(`.github/workflows/${name}`);
    for (const [, got] of workflow.matchAll(/node-version: (\S+)/g)) {
      assert.equal(got, major, name);
    }
    assert.doesNotMatch(workflow, /go-version:/, `${name}: want go-version-file: go.mod`);
  }
});

test('packages are pinned to one version, and the same one everywhere', () => {
  const seen = new Map();
  for (const folder of folders) {
    for (const [name, version] of Object.entries(pinned(folder))) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${folder}package.json: ${name}`);
      // TypeScript is the exception: AppSync's linter takes none newer than 5.
      if (name !== 'typescript') {
        assert.equal(version, seen.get(name) ?? version, `${folder}package.json: ${name}`);
      }
      seen.set(name, version);
    }
  }
});

test('lock files name no registry', () => {
  for (const folder of folders) {
    assert.doesNotMatch(read(`${folder}package-lock.json`), /"resolved": "https?:/, folder);
  }
});

test('lock files have every package that another asks for, as npm ci wants it', () => {
  for (const folder of folders) {
    const { packages } = json(`${folder}package-lock.json`);
    const missing = [];
    for (const [path, { dependencies, optionalDependencies }] of Object.entries(packages)) {
      for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
        // It is where the package is, or in a folder around it.
        let from = path;
        while (from && !packages[`${from}/node_modules/${name}`]) {
          from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')));
        }
        if (!packages[from ? `${from}/node_modules/${name}` : `node_modules/${name}`]) {
          missing.push(`${path} asks for ${name}`);
        }
      }
    }
    assert.deepEqual(missing, [], folder);
  }
});
