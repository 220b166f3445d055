// Light, dark, or as the system has it.

const words = { '': 'as the system', light: 'light', dark: 'dark' };
const order = ['', 'light', 'dark'];
const key = 'lightbox-console-scheme';

/** Shows the scheme that was chosen. */
export function showScheme() {
  const scheme = localStorage.getItem(key) ?? '';
  document.documentElement.style.colorScheme = scheme;
  document.querySelectorAll('[data-scheme]').forEach((place) => (place.textContent = words[scheme]));
}

/** Chooses the next. */
export function nextScheme() {
  const scheme = order[(order.indexOf(localStorage.getItem(key) ?? '') + 1) % order.length];
  localStorage.setItem(key, scheme);
  showScheme();
}
