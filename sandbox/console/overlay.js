// What lies over a page: dialogs, the drawer at its side, and short messages.

import { html, useEffect, useRef } from './vendor/htm-preact.js';

/** A dialog, on top of all, until onClose. It gives the focus back to what had it. */
export function Dialog({ title, kind = '', onClose, children }) {
  const element = useRef(null);
  useOpen(element, true);
  const click = (event) => event.target === element.current && onClose();
  return html`
    <dialog class="dialog ${kind}" ref=${element} aria-label=${title} onClose=${onClose} onClick=${click}>
      <div class="dialog-body">${children}</div>
    </dialog>`;
}

/**
 * A drawer at the side of a page, over it where there is no room, until onClose. Its title is its heading; actions stand
 * beside it. Beside a list, the list stays in use: what is open changes with it.
 */
export function Drawer({ title, actions, onClose, children }) {
  const element = useRef(null);
  useOpen(element, matchMedia('(max-width: 64rem)').matches);
  useEffect(() => {
    const key = (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented && [...document.querySelectorAll('dialog:modal')].every((one) => one === element.current)) {
        event.preventDefault();
        onClose();
      }
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, [onClose]);
  return html`
    <dialog class="drawer" ref=${element} aria-label=${title} onCancel=${(event) => { event.preventDefault(); onClose(); }}>
      <div class="drawer-head"><h2 title=${title}>${title}</h2>${actions}
        <button type="button" class="icon-button" aria-label="Close" onClick=${onClose}><svg class="icon" aria-hidden="true"><use href="#i-close" /></svg></button></div>
      <div class="drawer-body" tabindex="0" role="region" aria-label="Details">${children}</div>
    </dialog>`;
}

function useOpen(element, modal) {
  useEffect(() => {
    const before = document.activeElement;
    const dialog = element.current;
    if (modal) {
      dialog.showModal();
    } else {
      dialog.show();
    }
    return () => {
      if (dialog.open) {
        dialog.close();
      }
      if (before?.isConnected) {
        before.focus({ preventScroll: true });
      }
    };
  }, []);
}

/** Says something for a moment, above dialogs too; tone is bad for what went wrong. */
export function toast(text, tone = '') {
  const line = document.createElement('p');
  line.textContent = text;
  line.className = tone;
  const place = document.getElementById('toasts');
  place.replaceChildren(line);
  place.hidePopover(); // what is shown last lies on top of all, dialogs that were opened since included
  place.showPopover();
  setTimeout(() => line.remove(), tone === 'bad' ? 6000 : 1800);
}
