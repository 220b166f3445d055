// Where connections to AWS's names go under aws-hosts.mjs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const preload = fileURLToPath(new URL('./aws-hosts.mjs', import.meta.url));
const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

// The beginning of what clients send to the TLS port: a ClientHello, which has the name in clear.
const hellos = [];
const tls = net.createServer((socket) => socket.on('error', () => {}).once('data', (data) => {
  hellos.push(data.toString('latin1'));
  socket.destroy();
}));
const plain = http.createServer((request, response) => response.end(`plain ${request.headers.host}${request.url}`));
let environment;

before(async () => {
  environment = { LIGHTBOX_HTTPS: `127.0.0.1:${await listen(tls)}`, LIGHTBOX_HTTP: `127.0.0.1:${await listen(plain)}` };
});
after(() => {
  tls.close();
  plain.close();
});

/** Runs a script under the preload and returns what it prints. */
function run(script, env = environment) {
  const { LIGHTBOX_HTTPS, LIGHTBOX_HTTP, NODE_OPTIONS, ...rest } = process.env;
  const child = spawn(process.execPath, ['--import', preload, '--input-type=module', '-e', script], { env: { ...rest, ...env } });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((resolve) => child.on('close', () => resolve(output.trim())));
}

const clients = {
  fetch: (url) => `await fetch('${url}').catch(() => {});`,
  WebSocket: (url) => `await new Promise((done) => { new WebSocket('${url.replace('https', 'wss')}').onerror = done; });`,
  'node:https': (url) => `import https from 'node:https'; await new Promise((done) => https.get('${url}').on('error', done));`,
  'node:tls': (url) => `import tls from 'node:tls';
    await new Promise((done) => tls.connect({ host: '${new URL(url).host}', port: 443, servername: '${new URL(url).host}' }).on('error', done));`,
  'node:tls, by port and host': (url) => `import { connect } from 'node:tls';
    await new Promise((done) => connect(443, '${new URL(url).host}', { servername: '${new URL(url).host}' }).on('error', done));`,
};
for (const [name, script] of Object.entries(clients)) {
  test(`${name} reaches the sandbox by AWS's name`, async () => {
    const host = `${name.replace(/\W+/g, '-').toLowerCase()}.s3.us-east-1.amazonaws.com`;
    const output = await run(script(`https://${host}/`));
    assert.ok(hellos.some((hello) => hello.includes(host)), `no connection for ${host}: ${output}`);
  });
}

test('plain http goes to LIGHTBOX_HTTP, with its Host', async () => {
  for (const get of [
    `console.log(await (await fetch('http://d1.cloudfront.net/a')).text())`,
    `import http from 'node:http'; http.get('http://d1.cloudfront.net/a', (r) => r.pipe(process.stdout))`,
  ]) assert.equal(await run(get), 'plain d1.cloudfront.net/a');
});

test('other names stay where they are', async () => {
  const port = environment.LIGHTBOX_HTTP.split(':')[1];
  assert.equal(await run(`console.log(await (await fetch('http://localhost:${port}/b')).text())`), `plain localhost:${port}/b`);
  assert.equal(await run(`console.log(await (await fetch('http://127.0.0.1:${port}/b')).text())`), `plain 127.0.0.1:${port}/b`);
});

test('what is not mapped is refused, not sent to AWS', async () => {
  const refused = (url) => `await fetch('${url}').catch((e) => console.log(e.cause?.message ?? e.message))`;
  assert.match(await run(refused('https://s3.amazonaws.com:8443/')), /s3\.amazonaws\.com:8443 is not mapped/);
  assert.match(await run(refused('http://s3.amazonaws.com/'), { LIGHTBOX_HTTPS: environment.LIGHTBOX_HTTPS }), /want LIGHTBOX_HTTP/);
});

test('it does not start without an address', async () => {
  assert.match(await run('', {}), /LIGHTBOX_HTTPS: got nothing/);
  assert.match(await run('', { LIGHTBOX_HTTPS: '8443' }), /LIGHTBOX_HTTPS: got 8443, want HOST:PORT/);
});
