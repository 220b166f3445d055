// What the keyboard does everywhere, and the dialogs for it: the list of keys, the places to go to, the menu of a phone.

import { html, render, useState } from './vendor/htm-preact.js';
import { Dialog } from './overlay.js';
import { Icon } from './parts.js';
import { go } from './route.js';
import { nextScheme } from './scheme.js';

const over = document.getElementById('over');
const stored = 'lightbox-console-keys';
const keysOn = () => localStorage.getItem(stored) !== 'off';
let going = 0; // when g was pressed

/** The pages, as the navigation has them. */
function places() {
  return [...document.querySelectorAll('nav.side [data-to]')].map((link) => ({
    name: link.dataset.to, title: link.textContent.trim(), key: link.dataset.key, href: link.getAttribute('href'), icon: link.querySelector('use').getAttribute('href').slice(3),
    group: link.closest('.nav-group').querySelector('.nav-head')?.textContent ?? '', current: link.hasAttribute('aria-current'),
  }));
}

const close = () => render(null, over);

/** Does what a button of the frame is for. */
export function command(name) {
  ({ help: () => open(Help), palette: () => open(Palette), menu: () => open(Menu), scheme: nextScheme })[name]?.();
}

const open = (What) => {
  close();
  render(html`<${What} />`, over);
};

function Help() {
  const [on, setOn] = useState(keysOn());
  const toggle = () => {
    localStorage.setItem(stored, on ? 'off' : 'on');
    setOn(!on);
  };
  const row = (keys, text) => html`<li><span>${text}</span><span>${keys.map((one) => html`<kbd>${one}</kbd> `)}</span></li>`;
  return html`<${Dialog} title="Keys" onClose=${close}>
    <div class="dialog-head"><h2>Keys</h2><button type="button" class="icon-button" aria-label="Close" onClick=${close}><${Icon} name="close" /></button></div>
    <ul class="keys">
      ${row(['Ctrl', 'K'], 'Go to …')}
      ${row(['?'], 'These keys')}
      ${row(['/'], 'Filter')}
      ${row(['j', 'k'], 'Next and previous in a list')}
      ${row(['Enter'], 'Open it')}
      ${row(['Esc'], 'Close')}
      ${places().filter(({ key }) => key).map(({ key, title }) => row(['g', key], title))}
    </ul>
    <label class="check"><input type="checkbox" checked=${on} onChange=${toggle} /> Keys without Ctrl are on</label>
  <//>`;
}

function Palette() {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wanted = text.toLowerCase();
  const begins = ({ title }) => (title.toLowerCase().startsWith(wanted) ? 0 : 1);
  const found = places().filter(({ title, group }) => `${title} ${group}`.toLowerCase().includes(wanted)).sort((a, b) => begins(a) - begins(b));
  const choose = (place) => {
    close();
    go(place.href);
  };
  const key = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length > 0) {
      event.preventDefault();
      setAt((at + step + found.length) % found.length);
    } else if (event.key === 'Enter' && found[at]) {
      event.preventDefault();
      choose(found[at]);
    }
  };
  return html`<${Dialog} title="Go to" kind="palette" onClose=${close}>
    <div class="palette-field"><${Icon} name="search" /><input type="text" role="combobox" aria-label="Go to" aria-expanded="true" aria-controls="palette-list" aria-activedescendant=${found[at] ? `palette-${at}` : undefined} placeholder="Go to …" autocomplete="off" autofocus value=${text} onInput=${(event) => { setText(event.target.value); setAt(0); }} onKeyDown=${key} /></div>
    <ul id="palette-list" class="palette-list" role="listbox" aria-label="Pages">
      ${found.map((place, n) => html`<li role="option" id="palette-${n}" key=${place.name} aria-selected=${String(n === at)} onClick=${() => choose(place)} onMouseMove=${() => setAt(n)}><${Icon} name=${place.icon} /><span>${place.title}</span><small>${place.group}</small></li>`)}
    </ul>
    ${found.length === 0 && html`<p class="palette-none">Nothing is called so.</p>`}
  <//>`;
}

function Menu() {
  const groups = Object.entries(Object.groupBy(places(), ({ group }) => group));
  return html`<${Dialog} title="Pages" kind="sheet" onClose=${close}>
    <div class="dialog-head"><h2>Pages</h2><button type="button" class="icon-button" aria-label="Close" onClick=${close}><${Icon} name="close" /></button></div>
    ${groups.map(([group, list]) => html`<div>${group && html`<h3>${group}</h3>`}
      <ul class="menu">${list.map((place) => html`<li key=${place.name}><a href=${place.href} aria-current=${place.current ? 'page' : undefined} onClick=${close}><${Icon} name=${place.icon} />${place.title}</a></li>`)}</ul></div>`)}
    <button type="button" class="button wide" onClick=${nextScheme}><${Icon} name="scheme" />Light, dark, or as the system</button>
  <//>`;
}

const typing = (element) => element.closest('input, textarea, select, [contenteditable]') !== null;

/** Takes the keys of all pages. A page may take its own before, and says so by preventDefault. */
export function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      command('palette');
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !keysOn() || document.querySelector('dialog:modal')) {
      return;
    }
    if (Date.now() - going < 1500) {
      going = 0;
      const place = places().find(({ key }) => key === event.key);
      if (place) {
        event.preventDefault();
        go(place.href);
      }
      return;
    }
    if (event.key === 'g') {
      going = Date.now();
    } else if (event.key === '?') {
      command('help');
    } else if (event.key === '/') {
      const field = document.querySelector('#main input[type=search]');
      if (field) {
        event.preventDefault();
        field.focus();
      }
    } else if (event.key === 'j' || event.key === 'k') {
      step(event.key === 'j' ? 1 : -1);
    }
  });
}

/** Moves the focus in the list of a page, whose links have data-row. */
function step(by) {
  const rows = [...document.querySelectorAll('#main [data-row]')];
  const focused = rows.indexOf(document.activeElement);
  const at = focused < 0 ? rows.findIndex((row) => row.hasAttribute('aria-current')) : focused;
  const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
