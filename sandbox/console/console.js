// The frame: it finds the page's module, and keeps the navigation, the keys and the scheme.

import { html, render, useErrorBoundary } from './vendor/htm-preact.js';
import { command, listenToKeys } from './keys.js';
import { Failed } from './parts.js';
import { base, go, here, onMove } from './route.js';
import { showScheme } from './scheme.js';

const main = document.getElementById('main');
const names = new Set([...document.querySelectorAll('nav.side [data-to]')].map((link) => link.dataset.to));
let shown = null; // the name of the page that is there

/** A page, or what went wrong in it. */
function Shown({ page: Page, query }) {
  const [error, reset] = useErrorBoundary();
  if (error) {
    console.error(error);
    return html`<${Failed} error=${error} again=${reset} />`;
  }
  return html`<${Page} query=${query} go=${go} />`;
}

const modules = new Map();

/** In the place of a page that could not be loaded. A browser may not ask for its module again until the document is loaded anew. */
const Missing = () => html`<${Failed} error=${new Error('The sandbox does not answer. Is it still running?')} again=${() => location.reload()} />`;

/** Shows the page that one is at: at once, if it was there before, so that a field keeps up with who types. */
function show() {
  const { name, query } = here();
  const moved = shown !== null && shown !== name;
  shown = name;
  if (modules.has(name)) {
    draw(name, query, moved);
    return;
  }
  import(`./${name || 'overview'}.js`).then((module) => modules.set(name, module.default), console.error).then(() => {
    if (shown === name) { // and nobody is elsewhere already
      draw(name, here().query, moved);
    }
  });
}

function draw(name, query, moved) {
  const link = document.querySelector(`nav.side [data-to="${name}"]`);
  document.title = `${link.textContent.trim()} · Lightbox sandbox`;
  document.documentElement.dataset.page = name;
  document.querySelectorAll('[data-to]').forEach((one) => {
    if (one.dataset.to === name) {
      one.setAttribute('aria-current', 'page');
    } else {
      one.removeAttribute('aria-current');
    }
  });
  if (main.dataset.live === undefined) {
    main.replaceChildren(); // what the document came with
    main.dataset.live = '';
  }
  render(html`<${Shown} key=${name} page=${modules.get(name) ?? Missing} query=${query} />`, main);
  if (moved) {
    scrollTo(0, 0);
    main.scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
}

// Links to pages change the page and load no document, unless somebody wants another tab.
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-do]');
  if (button) {
    command(button.dataset.do);
    return;
  }
  const link = event.target.closest('a[href]');
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target) {
    return;
  }
  const url = new URL(link.href);
  if (url.origin === location.origin && url.pathname.startsWith(base) && names.has(url.pathname.slice(base.length)) && !url.hash) {
    event.preventDefault();
    go(url.pathname + url.search);
  }
});

onMove(show);
listenToKeys();
showScheme();
show();
