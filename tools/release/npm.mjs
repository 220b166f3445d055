// Packs the npm packages of this machine or of every platform, out of what stage.mjs and a build have laid out:
//
//   node tools/release/npm.mjs here      or all
//
// One has the program for each platform, and one the command, which finds it, with the fixture for Playwright.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chosen, platforms, target } from './platforms.mjs';
import { packed } from './tar.mjs';
import { version } from './version.mjs';

const root = join(import.meta.dirname, '../..');
const [which] = process.argv.slice(2);
const into = 'dist/npm';
const main = JSON.parse(readFileSync(join(import.meta.dirname, 'npm/package.json'), 'utf8'));
const named = ({ os, cpu }) => `${main.name}-${os}-${cpu}`;

/**
 * Whether a name is somebody's at a registry. One below .example is nobody's, and whoever got it there would be installed with
 * what asks for it: so nothing does, and both packages are installed by their files.
 */
const published = !/^@[^/]+\.example\//.test(main.name);

/** The package.json of the command. */
function command() {
  const programs = Object.fromEntries(platforms.map((platform) => [named(platform), version]));
  return { ...main, version, ...(published && { optionalDependencies: programs }) };
}

/** The package.json of a program. */
function program(platform) {
  const { license, description } = main;
  return { name: named(platform), version, description: `${description} The program for ${platform.os} on ${platform.cpu}.`, license, os: [platform.os], cpu: [platform.cpu] };
}

/** Packs a folder with a package.json. */
function pack(from, description) {
  const folder = join(root, '.lightbox/release/npm', description.name.replace('/', '-'));
  rmSync(folder, { recursive: true, force: true });
  cpSync(from, folder, { recursive: true });
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
  const file = `${into}/${description.name.replace('@', '').replace('/', '-')}-${version}.tgz`;
  writeFileSync(resolve(root, file), packed(folder, which === 'all' ? 9 : 1)); // for this machine it is to be tried, at once
  rmSync(folder, { recursive: true });
  console.log(file);
}

rmSync(resolve(root, into), { recursive: true, force: true });
mkdirSync(resolve(root, into), { recursive: true });
pack(join(import.meta.dirname, 'npm'), command());
for (const platform of chosen(which)) {
  pack(join(root, '.lightbox/release', target(platform)), program(platform));
}
