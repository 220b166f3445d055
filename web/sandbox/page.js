// What the sandbox build does to the page besides what the sandbox gives to any page: it says that this is the sandbox.
// The page's own scripts are those of production, byte for byte.
(() => {
  const { sandbox } = self.lightboxBridge;

  // What the page tells whoever wants to be an admin, with the command as the build was told it.
  const address = new URL(sandbox).host;
  self.lightboxAdmin = `LIGHTBOX_COMMAND sandbox admin${address === '127.0.0.1:4566' ? '' : ` --http ${address}`}`;

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
