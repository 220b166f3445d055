import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { chunk } from './png.mjs';
import { type Upload, picture } from './pictures';
import { outputsFile, sandboxHTTP } from './where';

// The front ends of docs/frontends, made of the very text of the pages.

const pages = join(import.meta.dirname, '../../docs/frontends');

/** The block of a page that has a title, for the sandbox of these tests: `js title="photos.js"` begins one. */
export async function block(page: string, title: string): Promise<string> {
  const text = await readFile(join(pages, page), 'utf8');
  const found = new RegExp(`^\`\`\`\\w+ title="${RegExp.escape(title)}"\\n(.*?)^\`\`\`$`, 'ms').exec(text);
  if (!found) {
    throw new Error(`docs/frontends/${page}: got no block with the title ${title}`);
  }
  return found[1]!.replaceAll('127.0.0.1:4566', sandboxHTTP);
}

/** Writes a front end into a folder: files of the pages by their names, and the settings of what is deployed. */
export async function write(folder: string, files: Record<string, string>) {
  await mkdir(folder, { recursive: true });
  const all = { 'amplify_outputs.json': await readFile(outputsFile, 'utf8'), 'package.json': '{ "private": true, "type": "module" }', ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Listens at a port that is free, and answers it. */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A picture of so many megabytes, most of which says nothing of it. */
export function heavy(name: string, megabytes: number): Upload {
  const { mimeType, buffer } = picture(name);
  const end = buffer.length - chunk('IEND', Buffer.alloc(0)).length;
  const ballast = chunk('prVt', Buffer.alloc(megabytes * 1024 * 1024));
  return { name, mimeType, buffer: Buffer.concat([buffer.subarray(0, end), ballast, buffer.subarray(end)]) };
}
