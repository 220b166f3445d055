// Serves a folder of pages as a static host does, for tests and for a look at the build.
//
//   node tools/serve.mjs out 3000 amplify_outputs.json
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
};

/**
 * A server of the files in folder. `extra` has files that are not in it, by their path: the settings of a deployment.
 */
export function server(folder, extra = {}) {
  const answer = async (request, response) => {
    const url = new URL(request.url, 'http://host');
    const path = normalize(decodeURIComponent(url.pathname));
    const send = (status, body, headers) => {
      response.writeHead(status, { 'X-Content-Type-Options': 'nosniff', ...headers });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (extra[path] !== undefined) {
      return send(200, extra[path], { 'Content-Type': types[extname(path)], 'Cache-Control': 'no-cache' });
    }
    const file = join(resolve(folder), path);
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory() && !path.endsWith('/')) {
      return send(308, '', { Location: `${path}/${url.search}` });
    }
    const name = found?.isDirectory() ? join(file, 'index.html') : file;
    const body = await readFile(name).catch(() => undefined);
    if (body === undefined) {
      const missing = await readFile(join(folder, '404.html')).catch(() => 'not found');
      return send(404, missing, { 'Content-Type': types['.html'] });
    }
    send(200, body, {
      'Content-Type': types[extname(name)] ?? 'application/octet-stream',
      'Cache-Control': 'no-cache',
    });
  };
  return createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400).end());
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder = 'out', port = '3000', outputs = 'amplify_outputs.json'] = process.argv.slice(2);
  const settings = await readFile(outputs).catch(() => undefined);
  server(folder, settings && { '/amplify_outputs.json': settings }).listen(Number(port), '127.0.0.1', () =>
    console.log(`${folder} on http://localhost:${port}`),
  );
}
