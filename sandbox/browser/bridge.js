// Where the sandbox answers for the names of AWS's services. Used by pages, workers, and whatever else has a `self`.
self.lightboxBridge = (() => {
  const sandbox = 'http://SANDBOX_ADDRESS';
  const sockets = 'ws://SANDBOX_ADDRESS';
  const names = /(^|\.)(amazonaws\.com|cloudfront\.net|amazoncognito\.com)$/;
  const way = '/_lightbox/bridge?url=';

  /** The address at the sandbox that stands for an address of AWS's; any other address as it is. */
  function bridged(address) {
    let url;
    try {
      url = new URL(address, self.location?.href);
    } catch {
      return address;
    }
    if (!['https:', 'wss:'].includes(url.protocol) || !names.test(url.hostname)) {
      return address;
    }
    return `${url.protocol === 'wss:' ? sockets : sandbox}${way}${encodeURIComponent(url.href)}`;
  }

  /** The address of AWS's that an address at the sandbox stands for; any other address as it is. */
  function meant(address) {
    const [base, url] = address.split(way);
    return url && [sandbox, sockets].includes(base) ? decodeURIComponent(url) : address;
  }

  return { sandbox, bridged, meant };
})();
