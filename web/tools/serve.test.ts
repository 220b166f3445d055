import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { headers } from './headers.mjs';
import { server, takesGzip } from './serve.mjs';

let folder: string;
let pages: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lightbox-serve-'));
  await mkdir(join(folder, 'photos'));
  await writeFile(join(folder, 'index.html'), 'home');
  await writeFile(join(folder, 'photos', 'index.html'), 'photos');
  await writeFile(join(folder, 'app.js'), 'js'.repeat(1000));
  await writeFile(join(folder, 'a.png'), 'png');
  pages = server(folder, { '/amplify_outputs.json': '{}' });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  pages.close();
  await rm(folder, { recursive: true });
});

/** An answer as it comes over the wire. */
async function ask(path: string, accepts = 'gzip, deflate, br') {
  const { port } = pages.address() as AddressInfo;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, path, headers: { 'accept-encoding': accepts } }, resolve).on('error', reject);
  });
  const parts: Buffer[] = [];
  for await (const part of answer) {
    parts.push(part);
  }
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) };
}

test.each([
  ['/', 200],
  ['/photos/', 200],
  ['/photos', 308],
  ['/app.js', 200],
  ['/a.png', 200],
  ['/amplify_outputs.json', 200],
  ['/nowhere', 404],
  ['/%', 400],
])('%s is answered %i, with what the HTML cannot say', async (path, status) => {
  const answer = await ask(path);
  expect(answer.status).toBe(status);
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  expect(Object.fromEntries(names.map((name) => [name, answer.headers[name]]))).toEqual({
    'content-security-policy': "frame-ancestors 'none'",
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-content-type-options': 'nosniff',
  });
});

test('hosts are asked for the same', async () => {
  const readme = (await readFile(new URL('../README.md', import.meta.url), 'utf8')).replace(/\s+/g, ' ');
  for (const [name, value] of Object.entries(headers)) {
    expect(readme).toContain(`\`${name}: ${value}\``);
  }
});

test('scripts are compressed for whoever takes it, pictures for nobody', async () => {
  const packed = await ask('/app.js');
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(packed.body.length).toBeLessThan(100);
  expect(gunzipSync(packed.body).toString()).toBe('js'.repeat(1000));
  const plain = await ask('/app.js', 'br');
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.body.toString()).toBe('js'.repeat(1000));
  expect((await ask('/a.png')).headers['content-encoding']).toBeUndefined();
});

test('a file that changed is not answered from before', async () => {
  await writeFile(join(folder, 'app.css'), 'a {}');
  expect(gunzipSync((await ask('/app.css')).body).toString()).toBe('a {}');
  await writeFile(join(folder, 'app.css'), 'b {}');
  expect(gunzipSync((await ask('/app.css')).body).toString()).toBe('b {}');
});

test.each([
  ['gzip', true],
  ['br, GZIP;q=0.5', true],
  ['gzip;q=1.0', true],
  ['gzip;q=0', false],
  ['gzip;q=0.000, br', false],
  ['x-gzip-like', false],
  ['', false],
])('%j: gzip is taken: %s', (accepts, want) => {
  expect(takesGzip(accepts)).toBe(want);
});
