import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NextConfig } from 'next';
import { title } from './tools/title.mjs';

// What the pages are made of; tests and tools are not.
const sources = ['app', 'components', 'graphql', 'lib', 'styles', 'next.config.ts', 'package-lock.json'];

/** The files at or below a path, sorted, without tests. */
function files(path: string): string[] {
  try {
    const entries = readdirSync(path).sort();
    return entries.flatMap((entry) => files(join(path, entry)));
  } catch {
    return /\.test\.tsx?$/.test(path) ? [] : [path];
  }
}

/** A hash of the sources and of the name in them, so that the same sources make the same files, whenever and wherever they are built. */
function buildID(): string {
  const hash = createHash('sha256').update(title);
  for (const file of sources.flatMap(files)) {
    hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 20);
}

const config: NextConfig = {
  output: 'export',
  env: { TITLE: title },
  // A folder with an index.html a page: every static host serves that, with no rule for names without .html.
  trailingSlash: true,
  reactStrictMode: true,
  generateBuildId: buildID,
  devIndicators: false,
  // This folder, not the one above with a lock file of its own.
  turbopack: { root: import.meta.dirname },
};

export default config;
