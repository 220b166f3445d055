import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request as http } from 'node:http';
import { request as https } from 'node:https';
import { fileURLToPath } from 'node:url';

// What a phone's own code does with the network, files and blobs, as React Native's modules ask it to: by Node. Every request goes
// over the wire as it was asked for. None has the origin of a page, as on a phone; a socket has that of the address that it is for.

const piece = 64 * 1024;
/** Of modules that tell something: whether it is listened to. */
export const listened = { addListener() {}, removeListeners() {} };

/** Asks an address, with the share that was sent; what comes is there with its headers, its body by itself. */
export async function ask({ url, method = 'GET', headers = {}, body }, sent = () => {}, started = () => {}) {
  if (url.startsWith('file:')) {
    const bytes = await readFile(fileURLToPath(url));
    return { url, status: 200, statusText: '', headers: { 'content-length': String(bytes.length) }, body: async () => bytes };
  }
  return new Promise((resolve, reject) => {
    const length = body ? { 'content-length': String(body.length) } : {};
    const asking = (url.startsWith('https:') ? https : http)(url, { method, headers: { ...headers, ...length }, agent: false });
    started(asking);
    asking.on('error', reject);
    asking.on('response', (response) => {
      const parts = (async () => {
        const all = [];
        for await (const part of response) {
          all.push(part);
        }
        return Buffer.concat(all);
      })();
      parts.catch(() => {});
      const lists = Object.entries(response.headersDistinct).map(([name, values]) => [name, values.join(', ')]);
      resolve({ url, status: response.statusCode, statusText: response.statusMessage, headers: Object.fromEntries(lists), body: () => parts });
    });
    (async () => {
      for (let at = 0; at < (body?.length ?? 0); at += piece) {
        await new Promise((next) => asking.write(body.subarray(at, at + piece), () => setTimeout(next, 1))); // the rest of the app lives on
        sent(Math.min(at + piece, body.length), body.length);
      }
      asking.end();
    })();
  });
}

/** The modules of React Native for the network, by their names. */
export function wire(emit) {
  const blobs = new Map();
  const blobOf = ({ blobId, offset = 0, size }) => blobs.get(blobId).subarray(offset, offset + size);
  const keep = (bytes) => {
    const blobId = randomUUID();
    blobs.set(blobId, Buffer.from(bytes));
    return blobId;
  };
  const bodyOf = ({ string, base64, blob }) =>
    string !== undefined ? Buffer.from(string) : base64 !== undefined ? Buffer.from(base64, 'base64') : blob ? blobOf(blob) : undefined;

  const [asked, sockets] = [new Map(), new Map()];
  let last = 0;

  const Networking = {
    sendRequest({ method, url, data, headers, responseType }, began) {
      const id = ++last;
      began(id);
      const sent = (share, whole) => emit('didSendNetworkData', [id, share, whole]);
      ask({ url, method, headers, body: bodyOf(data ?? {}) }, sent, (request) => asked.set(id, request))
        .then(async (answer) => {
          emit('didReceiveNetworkResponse', [id, answer.status, answer.headers, answer.url]);
          const bytes = await answer.body();
          const type = answer.headers['content-type'] ?? '';
          const text = { blob: () => ({ blobId: keep(bytes), offset: 0, size: bytes.length, type }), base64: () => bytes.toString('base64') };
          emit('didReceiveNetworkData', [id, (text[responseType] ?? (() => bytes.toString()))()]);
          emit('didCompleteNetworkResponse', [id, null, false]);
        })
        .catch((error) => emit('didCompleteNetworkResponse', [id, error.message, false]))
        .finally(() => asked.delete(id));
    },
    abortRequest: (id) => asked.get(id)?.destroy(),
  };

  const WebSocketModule = {
    connect(url, protocols, { headers }, id) {
      const origin = new URL(url).origin.replace(/^ws/, 'http');
      const socket = new WebSocket(url, { protocols: protocols ?? [], headers: { origin, ...headers } });
      socket.binaryType = 'arraybuffer';
      sockets.set(id, socket);
      socket.onopen = () => emit('websocketOpen', { id, protocol: socket.protocol });
      socket.onmessage = ({ data }) => {
        const what = typeof data === 'string' ? { type: 'text', data } : { type: 'binary', data: Buffer.from(data).toString('base64') };
        emit('websocketMessage', { id, ...what });
      };
      socket.onerror = ({ message }) => emit('websocketFailed', { id, message });
      socket.onclose = ({ code, reason }) => emit('websocketClosed', { id, code, reason });
    },
    ...listened,
    send: (text, id) => sockets.get(id).send(text),
    sendBinary: (base64, id) => sockets.get(id).send(Buffer.from(base64, 'base64')),
    close: (code, reason, id) => sockets.get(id).close(code, reason),
  };

  const BlobModule = {
    getConstants: () => ({ BLOB_URI_SCHEME: 'blob', BLOB_URI_HOST: null }),
    addNetworkingHandler() {},
    createFromParts: (parts, id) =>
      blobs.set(id, Buffer.concat(parts.map(({ type, data }) => (type === 'blob' ? blobOf(data) : Buffer.from(data))))),
    release: (id) => blobs.delete(id),
  };

  const FileReaderModule = {
    readAsDataURL: async (blob) => `data:${blob.type || 'application/octet-stream'};base64,${blobOf(blob).toString('base64')}`,
    readAsText: async (blob, encoding) => blobOf(blob).toString(encoding.toLowerCase().replace('utf-8', 'utf8')),
  };

  return { keep, modules: { Networking, WebSocketModule, BlobModule, FileReaderModule } };
}
