import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { executable } from './chromium';
import { chunk } from './png.mjs';
import { type Upload, picture } from './pictures';
import { outputsFile, sandboxHTTP } from './where';

// The front ends of docs/frontends, made of the very text of the pages.

const pages = join(import.meta.dirname, '../../docs/frontends');

/** The block of a page that has a title, for the sandbox of these tests: `js title="photos.js"` begins one. */
export async function block(page: string, title: string): Promise<string> {
  const text = await readFile(join(pages, page), 'utf8');
  const found = new RegExp(`^\`\`\`\\w+ title="${title.replaceAll('.', '\\.')}"\\n(.*?)^\`\`\`$`, 'ms').exec(text);
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

/** A browser that knows these origins alone, each at its address on this machine, and the sandbox's own. */
export async function browser(places: Record<string, string>): Promise<Browser> {
  const rules = Object.entries(places).map(([origin, at]) => `MAP ${new URL(origin).host} ${at}`);
  const all = [...rules, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'].join(', ');
  return chromium.launch({ executablePath: await executable(), args: [`--host-resolver-rules=${all}`, '--no-sandbox', '--disable-gpu'] });
}

/** Runs a tool that serves a folder, at a port that is free, until it is stopped. */
export async function running(folder: string, [tool, ...args]: string[], env: Record<string, string>) {
  const free = createServer();
  const port = await listening(free);
  await new Promise((resolve) => free.close(resolve));
  const child = spawn('npx', [tool!, ...args, '--port', String(port)], { cwd: folder, env: { ...process.env, ...env }, detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => (said += text));
  }
  const [address, stop] = [`127.0.0.1:${port}`, () => child.exitCode ?? process.kill(-child.pid!, 'SIGTERM')];
  for (let tries = 0; !(await fetch(`http://${address}/`).catch(() => undefined))?.ok; tries++) {
    if (child.exitCode !== null || tries > 600) {
      stop();
      throw new Error(`${tool}: got no page, but ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { address, stop };
}
