// Of a page's own worker: answers for what the page does not load by script or element, as the pictures of a style sheet.
(() => {
  const { bridged } = self.lightboxBridge;

  self.addEventListener('install', () => self.skipWaiting());
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

  self.addEventListener('fetch', (event) => {
    const { request } = event;
    const address = bridged(request.url);
    if (address === request.url || request.method !== 'GET') {
      return;
    }
    const mode = request.mode === 'cors' ? 'cors' : 'no-cors';
    event.respondWith(fetch(address, { mode, credentials: 'omit', signal: request.signal }));
  });
})();
