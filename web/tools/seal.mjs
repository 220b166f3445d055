// Gives every page of a build its Content-Security-Policy, and says how much JavaScript each page loads at first.
//
//   node tools/seal.mjs out
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { filesOf } from './pages.mjs';
import { withPolicy } from './policy.mjs';

const [folder = 'out'] = process.argv.slice(2);
const scripts = /<script src="([^"]+)"(?! noModule)[^>]*>/g;

const sizes = new Map();
async function compressed(path) {
  if (!sizes.has(path)) {
    sizes.set(path, gzipSync(await readFile(join(folder, path))).length);
  }
  return sizes.get(path);
}

for (const file of await filesOf(folder, '.html')) {
  const html = await readFile(file, 'utf8');
  await writeFile(file, withPolicy(html));
  const paths = new Set([...html.matchAll(scripts)].map(([, path]) => path));
  let bytes = 0;
  for (const path of paths) {
    bytes += await compressed(path);
  }
  const page = `/${relative(folder, file).replace(/index\.html$/, '')}`;
  console.log(`${page.padEnd(16)} ${(bytes / 1024).toFixed(0).padStart(4)} KB of JavaScript, gzipped`);
}
