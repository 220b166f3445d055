// Bundles GraphiQL for the console of the sandbox, with React and without fonts: `node graphiql.mjs` writes what is embedded,
// and graphiql.test.mjs holds that to what the pinned packages give.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
export const folder = join(here, '../../sandbox/console/graphiql');

/** The files of the bundle by their names, as buffers, and the texts of the licences of all that is in it. */
export async function bundle() {
  const out = await build({
    absWorkingDir: here,
    entryPoints: ['graphiql/entry.js'],
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { 'react-style-singleton': './graphiql/no-style.js' },
    outfile: 'graphiql.js',
  });
  const packages = new Set(Object.keys(out.metafile.inputs).flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.slice(0, 1) ?? []));
  return { 'graphiql.js': Buffer.from(out.outputFiles[0].contents), 'graphiql.css': styles(), 'LICENSES': licences([...packages].sort()) };
}

// Each @font-face has its font within it, 300 KB in all: the console has the fonts of the system. Pictures that are within it are those
// of a linter's marks, which the console's policy does not show.
function styles() {
  const text = readFileSync(join(here, 'node_modules/graphiql/dist/style.css'), 'utf8');
  return Buffer.from(text.replaceAll(/@font-face\s*\{[^}]*\}/g, '').replaceAll(/url\(("data:|data:)[^)]*\)/g, 'none'));
}

function licences(packages) {
  const texts = new Map();
  for (const path of packages) {
    const { name, version, license } = JSON.parse(readFileSync(join(here, path, 'package.json'), 'utf8'));
    const file = readdirSync(join(here, path)).find((f) => /^licen[cs]e/i.test(f));
    const text = file && existsSync(join(here, path, file)) ? readFileSync(join(here, path, file), 'utf8').trim() : `${license}, as its package.json says.`;
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`]);
  }
  return Buffer.from([...texts].map(([text, names]) => `${names.join(', ')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`));
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const files = await bundle();
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
  writeFileSync(join(folder, 'SHA256'), Object.entries(files).map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`).join(''));
}
