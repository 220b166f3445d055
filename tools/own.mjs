// Makes a fork one's own: another module path in go.mod and in every import, another name of the application in cdk.json, and of the
// npm packages if one is given.
//
//   node tools/own.mjs github.com/you/shop shop @you/shop
//
// `make own MODULE=github.com/you/shop APP=shop NPM=@you/shop` runs it. The change is one commit to look at, and a second run changes nothing.
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const packages = 'tools/release/npm/package.json';
const [module = '', app = '', npm = ''] = process.argv.slice(2);

function die(...faults) {
  for (const fault of faults) console.error(`make own: ${fault}`);
  process.exit(1);
}

/** What Go says against a module path, in a folder of its own; "" for one that it takes. */
function refusal(path) {
  const folder = mkdtempSync(join(tmpdir(), 'own-'));
  try {
    execFileSync('go', ['mod', 'init', path], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, GOFLAGS: '', GOWORK: 'off' } });
    return '';
  } catch (error) {
    return String(error.stderr ?? error.message).split('\n')[0].replace(/^go: /, '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const faults = [];
// What go get accepts: a host, and a path of letters, digits and -._~ without an empty element. https://go.dev/ref/mod#go-mod-file-ident
if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/.test(module) || /(^|[/.-])(-|\.)|[.-](\/|$)/.test(module)) {
  faults.push(`got MODULE=${module}, want a module path that begins with a host, as in MODULE=github.com/you/shop`);
} else {
  const word = refusal(module);
  if (word) faults.push(`got MODULE=${module}, want a module path that Go takes: ${word}`);
}
const { pattern, maxLength } = JSON.parse(readFileSync(join(root, 'docs/cdk.schema.json'), 'utf8')).properties.context.properties.app;
if (!new RegExp(pattern).test(app) || app.length > maxLength) {
  faults.push(`got APP=${app}, want a name of at most ${maxLength} lower-case letters and digits, a letter first, as in APP=shop`);
}
// In a scope, which npm gives to one account alone: packages beside it, as @you/shop-linux-x64, are nobody else's then.
// https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name
if (npm && (!/^@[a-z0-9-][a-z0-9-._]*\/[a-z0-9-][a-z0-9-._]*$/.test(npm) || npm.length > 190)) {
  faults.push(`got NPM=${npm}, want the name of a package in a scope of yours, as in NPM=@you/shop`);
}
if (faults.length > 0) die(...faults);

/** What a command prints, "" where it fails. */
function output(command, ...args) {
  try {
    return execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
if (output('git', 'status', '--porcelain') !== '') {
  die('got changes that are not committed, want them committed first: what this changes is a commit of its own');
}

const path = (file) => join(root, file);
const old = /^module (\S+)$/m.exec(readFileSync(path('go.mod'), 'utf8'))?.[1];
if (!old) die('go.mod: got no line "module PATH", want one');

let changed = 0;
function rewrite(file, change) {
  const before = readFileSync(path(file), 'utf8');
  const after = change(before);
  if (after !== before) {
    writeFileSync(path(file), after);
    changed++;
  }
}

/** The imports of a Go file by another module's name. Strings elsewhere are left alone. */
const imports = (text) =>
  text.replace(/^import (\((?:.*\n)*?\)|.*)$/gm, (declaration) =>
    declaration.replaceAll(`"${old}/`, `"${module}/`).replaceAll(`"${old}"`, `"${module}"`));

const skipped = /(^|\/)(node_modules|\.git|\.lightbox|\.next|cdk\.out|out|out-sandbox)(\/|$)/;
const files = (pattern) => globSync(pattern, { cwd: root, exclude: (name) => skipped.test(name.name ?? name) });

for (const file of files('**/go.mod')) {
  rewrite(file, (text) => text.replace(/^module (\S+)$/m, (line, name) => (name === old || name.startsWith(`${old}/`) ? `module ${module}${name.slice(old.length)}` : line)));
}
for (const file of files('**/*.go')) rewrite(file, imports);
rewrite('.golangci.yml', (text) => text.replace(`local-prefixes: [${old}]`, `local-prefixes: [${module}]`));
rewrite('CONTRIBUTING.md', (text) => text.replaceAll(`\`${old}/…\``, `\`${module}/…\``));
rewrite('cdk.json', (text) => {
  const { app: before = 'lightbox' } = JSON.parse(text).context;
  if (before === app) return text;
  const named = text.replace(/("context": \{\n)(?:\s*"app": "[^"]*",\n)?/, `$1    "app": "${app}",\n`);
  if (JSON.parse(named).context.app !== app) die('cdk.json: got no "context" with a line break after its brace, want one');
  return named;
});
if (npm) {
  const before = JSON.parse(readFileSync(path(packages), 'utf8')).name;
  const file = (name) => name.replace('@', '').replace('/', '-'); // as in you-shop-0.1.0.tgz
  rewrite(packages, (text) => text.replace(`"name": "${before}"`, `"name": "${npm}"`));
  rewrite('docs/WITHOUT-GO.md', (text) => text.replaceAll(before, npm).replaceAll(`${file(before)}-`, `${file(npm)}-`));
}

console.log(`${changed} files changed: the module is ${module}, the application ${app}.`);
console.log('Next: your own tags in cdk.json, make test, git commit -am "Own it", make up.');
