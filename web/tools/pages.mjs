import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The paths of all files with an ending in a folder and below, sorted. */
export async function filesOf(folder, ending) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
