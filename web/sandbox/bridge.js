// Where the sandbox answers for the names of AWS's services. Used by the page and by its service worker.
self.lightboxBridge = (() => {
  const sandbox = 'http://127.0.0.1:4566';
  const names = /(^|\.)(amazonaws\.com|cloudfront\.net|amazoncognito\.com)$/;

  /** The address at the sandbox that stands for an address of AWS's; any other address as it is. */
  function bridged(address) {
    let url;
    try {
      url = new URL(address, self.location.href);
    } catch {
      return address;
    }
    if (!['https:', 'wss:'].includes(url.protocol) || !names.test(url.hostname)) {
      return address;
    }
    const base = url.protocol === 'wss:' ? sandbox.replace('http', 'ws') : sandbox;
    return `${base}/_lightbox/bridge?url=${encodeURIComponent(url.href)}`;
  }

  return { sandbox, bridged };
})();
