// The licences of what is in a binary, in the functions beside it and in the pages: each text once, under the names of all that
// have it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const legal = /^(licen[cs]e|notice|copying)([.-]|$)/i;

function go(args, env = {}) {
  return execFileSync('go', args, { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } });
}

/** The Go modules that packages of ours are built of, and Go itself. */
function modules({ os, arch }) {
  const format = '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}';
  const listed = go(['list', '-deps', '-f', format, './cmd/lightbox', './functions/...'], { GOOS: os, GOARCH: arch, CGO_ENABLED: '0' });
  const [version, home] = go(['env', 'GOVERSION', 'GOROOT']).trim().split('\n');
  return [[`Go ${version.slice(2)}`, home], ...[...new Set(listed.split('\n'))].filter(Boolean).sort().map((line) => line.split('\t'))];
}

/** The npm packages that the pages may have something of: those of production that any machine has. */
function packages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'web/package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional)
    .map(([path, { version }]) => [`${path.split('node_modules/').at(-1)} ${version}`, join(root, 'web', path)])
    .filter(([, folder]) => existsSync(folder));
}

/** The texts of a folder; where it has none, what its package.json says. */
function texts(name, folder) {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && legal.test(entry.name));
  if (files.length > 0) {
    return files.map((entry) => readFileSync(join(folder, entry.name), 'utf8').trim());
  }
  const { license } = existsSync(join(folder, 'package.json')) ? JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) : {};
  if (typeof license !== 'string') {
    throw new Error(`${name}: got no licence in ${folder}, want a file or a name of one`);
  }
  return [`Licence: ${license}`];
}

/** All of them for a platform. */
export function notices(platform) {
  const names = new Map();
  for (const [name, folder] of [...modules(platform), ...packages()]) {
    for (const text of texts(name, folder)) {
      names.set(text, [...(names.get(text) ?? []), name]);
    }
  }
  const parts = [...names].map(([text, all]) => `${all.join('\n')}\n\n${text}\n`);
  return `What others wrote of what is in this folder, and their licences.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
