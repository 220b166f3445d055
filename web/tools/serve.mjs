// Serves a folder of pages as a static host does, for tests and for a look at the build.
//
//   node tools/serve.mjs out 3000 amplify_outputs.json
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { headers } from './headers.mjs';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
};
const packs = ['.html', '.js', '.css', '.json', '.svg', '.txt'];

/**
 * A server of the files in folder. `extra` has files that are not in it, by their path: the settings of a deployment.
 */
export function server(folder, extra = {}) {
  const pack = packer();
  const answer = async (request, response) => {
    const url = new URL(request.url, 'http://host');
    const path = normalize(decodeURIComponent(url.pathname));
    const send = async (status, body, name, more = {}) => {
      const type = { 'Content-Type': types[extname(name)] ?? 'application/octet-stream', 'Cache-Control': 'no-cache' };
      const packed = packs.includes(extname(name)) && takesGzip(request.headers['accept-encoding']);
      const coding = packed ? { 'Content-Encoding': 'gzip' } : {};
      response.writeHead(status, { ...headers, ...type, Vary: 'Accept-Encoding', ...coding, ...more });
      response.end(request.method === 'HEAD' ? undefined : packed ? await pack(name, body) : body);
    };
    if (extra[path] !== undefined) {
      return send(200, extra[path], path);
    }
    const file = join(resolve(folder), path);
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory() && !path.endsWith('/')) {
      return send(308, '', '.txt', { Location: `${path}/${url.search}` });
    }
    const name = found?.isDirectory() ? join(file, 'index.html') : file;
    const body = await readFile(name).catch(() => undefined);
    if (body === undefined) {
      return send(404, await readFile(join(folder, '404.html')).catch(() => 'not found'), '404.html');
    }
    return send(200, body, name);
  };
  return createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400, headers).end());
  });
}

/** Whether a client takes gzip, by its Accept-Encoding. */
export function takesGzip(accepts = '') {
  return accepts.split(',').some((one) => /^\s*gzip\s*(;\s*q=(1|0\.\d*[1-9]).*)?$/i.test(one));
}

// Compresses a file once, for as long as it is the same.
function packer() {
  const kept = new Map();
  return async (name, body) => {
    const before = kept.get(name);
    if (before && Buffer.compare(Buffer.from(before.body), Buffer.from(body)) === 0) {
      return before.packed;
    }
    const packed = await promisify(gzip)(body);
    kept.set(name, { body, packed });
    return packed;
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder = 'out', port = '3000', outputs = 'amplify_outputs.json'] = process.argv.slice(2);
  const settings = await readFile(outputs).catch(() => undefined);
  server(folder, settings && { '/amplify_outputs.json': settings }).listen(Number(port), '127.0.0.1', () =>
    console.log(`${folder} on http://localhost:${port}`),
  );
}
