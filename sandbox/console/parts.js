// The parts that pages share.

import { html, useEffect, useRef, useState } from './vendor/htm-preact.js';
import { toast } from './overlay.js';

/** A symbol of icons.svg. */
export const Icon = ({ name }) => html`<svg class="icon" aria-hidden="true"><use href="#i-${name}" /></svg>`;

/** The heading of a page, a sentence about it, and at its end what one can do. */
export const Head = ({ title, about, children }) => html`
  <div class="head">
    <div><h1>${title}</h1>${about && html`<p>${about}</p>`}</div>
    ${children && html`<div class="head-actions">${children}</div>`}
  </div>`;

/** A page that is still asking. */
export const Loading = ({ lines = 5 }) => html`<div class="skeleton" role="status"><span class="hidden-text">Loading</span>${Array.from({ length: lines }, () => html`<i></i>`)}</div>`;

/** A page that has nothing yet, and what brings something there: a title, a text, and as children commands or buttons. */
export const Empty = ({ icon = 'page', title, children }) => html`
  <div class="empty"><span class="empty-icon"><${Icon} name=${icon} /></span><h2>${title}</h2>${children}</div>`;

/** What went wrong, and a way to try again. */
export const Failed = ({ error, again }) => html`
  <div class="failed" role="alert"><${Icon} name="warn" /><p>${error.message}</p>${again && html`<button class="button" type="button" onClick=${() => again()}>Try again</button>`}</div>`;

/** A word of a colour: good, bad, warn, accent, or none. */
export const Badge = ({ tone = '', children }) => html`<span class="badge ${tone}">${children}</span>`;

/** A button that copies a text. With a label it says what; without, it is an icon with that name for those who cannot see it. */
export function Copy({ text, label, name = 'Copy' }) {
  const [done, setDone] = useState(false);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (event) => {
    event.preventDefault();
    event.stopPropagation();
    try {
      await navigator.clipboard.writeText(typeof text === 'function' ? text() : text);
    } catch {
      toast('The browser does not let pages copy here.', 'bad');
      return;
    }
    setDone(true);
    toast('Copied');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setDone(false), 1500);
  };
  return html`<button type="button" class=${label ? 'button' : 'icon-button'} aria-label=${label ? undefined : name} title=${label ? undefined : name} onClick=${copy}>
    <${Icon} name=${done ? 'check' : 'copy'} />${label}
  </button>`;
}

/** A line of code with a button that copies it. */
export const CopyLine = ({ text, name }) => html`<div class="copy-line"><code tabindex="0">${text}</code><${Copy} text=${text} name=${name ?? `Copy ${text.slice(0, 40)}`} /></div>`;

/** A text of several lines with a button that copies it. What is JSON is laid out and coloured. */
export function Code({ text, name = 'Text' }) {
  const [laid, json] = layOut(text);
  return html`<div class="code"><pre tabindex="0" role="region" aria-label=${name}>${json ? coloured(laid) : laid}</pre><${Copy} text=${laid} name="Copy ${name.toLowerCase()}" /></div>`;
}

function layOut(text) {
  if (typeof text !== 'string') {
    return [JSON.stringify(text, null, 2), true];
  }
  try {
    return /^\s*[[{]/.test(text) ? [JSON.stringify(JSON.parse(text), null, 2), true] : [text, false];
  } catch {
    return [text, /^\s*[[{]\s*"/.test(text)]; // JSON that was cut, or something else
  }
}

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g;

function coloured(text) {
  const out = [];
  let last = 0;
  for (const match of text.matchAll(token)) {
    const [all, string, colon, word] = match;
    out.push(text.slice(last, match.index));
    const kind = colon ? 'k' : string ? 's' : word ? 'w' : 'n';
    out.push(html`<span class="c-${kind}">${string ?? all}</span>`, colon ?? '');
    last = match.index + all.length;
  }
  out.push(text.slice(last));
  return out;
}

/** What something is, by name: [[name, value], …]; values that are empty are left out. */
export const Facts = ({ of }) => html`<dl class="facts">${of
  .filter(([, value]) => value !== undefined && value !== null && value !== '')
  .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** A moment of the sandbox's clock, as the time of its day; the whole of it is its title. */
export const Moment = ({ time, seconds = true }) => html`<time datetime=${time} title=${time}>${time.slice(11, seconds ? 19 : 16)}</time>`;

/** A choice of one of a few: options are [[value, label], …]. */
export const Segmented = ({ label, value, options, onChange }) => html`
  <div class="segmented" role="group" aria-label=${label}>
    ${options.map(([one, text]) => html`<button type="button" key=${one} aria-pressed=${String(one === value)} onClick=${() => onChange(one)}>${text}</button>`)}
  </div>`;

/** Tabs, of which one is open: tabs are [[id, label, count], …]. Arrows move, as in all tabs. */
export function Tabs({ label, tabs, open, onOpen, children }) {
  const key = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const at = tabs.findIndex(([id]) => id === open);
      onOpen(tabs[(at + step + tabs.length) % tabs.length][0]);
      event.currentTarget.querySelectorAll('[role=tab]')[(at + step + tabs.length) % tabs.length].focus();
    }
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${label} onKeyDown=${key}>
      ${tabs.map(([id, text, count]) => html`<button type="button" role="tab" key=${id} id="tab-${id}" aria-controls=${id === open ? `panel-${id}` : undefined} aria-selected=${String(id === open)} tabindex=${id === open ? 0 : -1} onClick=${() => onOpen(id)}>${text}${count !== undefined && html` <span class="count">${count}</span>`}</button>`)}
    </div>
    <div class="panel" role="tabpanel" id="panel-${open}" aria-labelledby="tab-${open}" tabindex="0">${children}</div>`;
}

/** A table that scrolls by itself where it is wider than the screen: columns are headings, rows are lists of cells. */
export const Table = ({ name, columns, rows, keys }) => html`
  <div class="table" tabindex="0" role="region" aria-label=${name}>
    <table>
      <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
      <tbody>${rows.map((row, at) => html`<tr key=${keys?.[at] ?? at}>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
    </table>
  </div>`;

/** A name that may break where a word of it ends, as in RespondToAuthChallenge. */
export const humps = (name) => name.split(/(?<=[a-z0-9])(?=[A-Z][a-z])/).map((part, at) => (at === 0 ? part : [html`<wbr />`, part]));
