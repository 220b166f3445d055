import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { name } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** The program for this machine, which a package of its own has. */
export function binary() {
  const wanted = `${name}-${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${wanted}/package.json`)), 'lightbox');
  } catch {
    throw new Error(`got no package ${wanted}, want it installed beside ${name}; on Windows, in WSL`);
  }
}
