// What the sandbox build does to the page, before any other script runs: calls to AWS go to the sandbox on this machine.
// The page's own scripts are those of production, byte for byte.
(() => {
  const { sandbox, bridged } = self.lightboxBridge;

  // What the page tells whoever wants to be an admin.
  const address = new URL(sandbox).host;
  self.lightboxAdmin = `.lightbox/bin/lightbox sandbox admin${address === '127.0.0.1:4566' ? '' : ` --http ${address}`}`;

  // Pictures are answered by a worker. The settings wait for it: without them the page shows no picture.
  const workers = navigator.serviceWorker;
  const ready = new Promise((resolve) => {
    if (!workers || workers.controller) {
      resolve();
    }
    workers?.addEventListener('controllerchange', () => resolve());
    setTimeout(resolve, 5_000);
  });
  workers?.register('/lightbox-sandbox-worker.js');
  workers?.ready.then(({ active }) => active?.postMessage('claim'));

  const realFetch = self.fetch;
  self.fetch = async (input, init) => {
    if (input instanceof Request) {
      const address = bridged(input.url);
      return realFetch(address === input.url ? input : new Request(address, input), init);
    }
    if (String(input) === '/amplify_outputs.json') {
      await ready;
    }
    return realFetch(bridged(String(input)), init);
  };

  // Uploads: an XMLHttpRequest stays one, so that its progress is real.
  const realOpen = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function open(method, address, ...rest) {
    return realOpen.call(this, method, bridged(String(address)), ...rest);
  };

  self.WebSocket = class extends self.WebSocket {
    constructor(address, protocols) {
      super(bridged(String(address)), protocols);
    }
  };

  // Links that are followed or copied leave the page, where no worker helps.
  document.addEventListener(
    'click',
    (event) => {
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
      if (link && bridged(link.href) !== link.href) {
        link.href = bridged(link.href);
      }
    },
    true,
  );
  const clipboard = navigator.clipboard;
  const realWrite = clipboard?.writeText.bind(clipboard);
  if (realWrite) {
    clipboard.writeText = (text) => realWrite(bridged(text));
  }

  // The page narrows its policy to the hosts of its deployment: the sandbox stands for them.
  const content = Object.getOwnPropertyDescriptor(HTMLMetaElement.prototype, 'content');
  Object.defineProperty(HTMLMetaElement.prototype, 'content', {
    ...content,
    set(value) {
      const here = `${sandbox} ${sandbox.replace('http', 'ws')}`;
      content.set.call(this, value.replace(/(connect|img)-src /g, `$1-src ${here} `));
    },
  });

  // Before anything is drawn: what comes later would push the page down.
  document.documentElement.prepend(banner());

  /** Says that this is the sandbox, and where to look into it. */
  function banner() {
    const links = [
      ['mail', 'Inbox with codes'],
      ['requests', 'Requests'],
      ['access', 'Who may do what'],
    ];
    const style = new CSSStyleSheet();
    style.replaceSync(`
      aside { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem;
        padding: 0.5rem calc(max(0px, (100% - 72rem) / 2) + clamp(1rem, 4vw, 2rem));
        background: #2b2410; color: #f7edd0; font: 0.875rem/1.5 system-ui, sans-serif; }
      a { color: #ffd978; }
      a:focus-visible { outline: 2px solid #ffd978; outline-offset: 2px; }
    `);
    const host = document.createElement('lightbox-sandbox');
    const root = host.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [style];
    const aside = document.createElement('aside');
    aside.setAttribute('aria-label', 'Sandbox');
    aside.append('Sandbox: everything here stays on this machine, and nothing reaches AWS.');
    for (const [path, name] of links) {
      const link = document.createElement('a');
      link.href = `${sandbox}/_lightbox/${path}`;
      link.target = '_blank';
      link.rel = 'noreferrer';
      link.textContent = name;
      aside.append(link);
    }
    root.append(aside);
    return host;
  }
})();
