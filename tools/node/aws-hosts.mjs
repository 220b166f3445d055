// Sends what this process means for AWS to the sandbox, so that unmodified clients can be tried against it:
//
//   LIGHTBOX_HTTPS=127.0.0.1:8443 NODE_EXTRA_CA_CERTS=ca.pem node --import ./tools/node/aws-hosts.mjs script.mjs
//
// Connections to port 443 of AWS's names go to LIGHTBOX_HTTPS (HOST:PORT). Those to port 80 go to LIGHTBOX_HTTP, and are
// refused where that is not set; so are other ports: nothing reaches AWS by mistake. Names stay as they are in certificates,
// Host and signatures. It works below fetch, WebSocket, node:http, node:https and node:tls alike, where a socket connects.
import net from 'node:net';

const names = /(^|\.)(amazonaws\.com|cloudfront\.net|amazoncognito\.com)\.?$/i;

/** Reads HOST:PORT of an environment variable, undefined if it is not set. */
function address(variable) {
  const text = process.env[variable];
  if (!text) return undefined;
  const match = /^(.+):(\d+)$/.exec(text);
  if (!match) throw new Error(`${variable}: got ${text}, want HOST:PORT, as in 127.0.0.1:8443`);
  return { host: match[1].replace(/^\[(.*)\]$/, '$1'), port: Number(match[2]) };
}

const targets = { 443: address('LIGHTBOX_HTTPS'), 80: address('LIGHTBOX_HTTP') };
if (!targets[443]) throw new Error('LIGHTBOX_HTTPS: got nothing, want HOST:PORT of the sandbox, as in 127.0.0.1:8443');

/** Where a socket is to connect instead of a host and port; undefined for there. */
function instead(host, port) {
  if (typeof host !== 'string' || !names.test(host)) return undefined;
  const target = targets[port];
  if (target) return target;
  throw new Error(`aws-hosts: ${host}:${port} is not mapped to the sandbox${Number(port) === 80 ? ', want LIGHTBOX_HTTP' : ''}`);
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  // As node calls it itself: one list [options, callback], which it recognizes by a symbol; else (options, callback) or
  // (port, host, callback).
  if (Array.isArray(args[0])) {
    const [options] = args[0];
    const target = instead(options?.host, options?.port);
    if (target) args[0][0] = { ...options, ...target };
  } else if (typeof args[0] === 'object' && args[0] !== null) {
    const target = instead(args[0].host, args[0].port);
    if (target) args[0] = { ...args[0], ...target };
  } else {
    const target = instead(args[1], args[0]);
    if (target) args.splice(0, 2, target.port, target.host);
  }
  return connect.apply(this, args);
};
