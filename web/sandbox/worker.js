// Answers for pictures, and whatever else the page does not ask for by script, of AWS's hosts.
importScripts('/_sandbox/bridge.js');

const { bridged } = self.lightboxBridge;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
// A page that was reloaded without its cache has no worker until one claims it.
self.addEventListener('message', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = bridged(request.url);
  if (address === request.url || request.method !== 'GET') {
    return;
  }
  const mode = request.mode === 'cors' ? 'cors' : 'no-cors';
  event.respondWith(fetch(address, { mode, credentials: 'omit', signal: request.signal }));
});
