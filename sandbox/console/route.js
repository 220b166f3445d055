// Where one is: a page's name and the query, which a page keeps its own state in, so that a link to it says everything.

export const base = '/_lightbox/';

const listeners = new Set();

/** The page and its query, as in {name: 'requests', query: {call: '12'}}. */
export function here() {
  return { name: location.pathname.slice(base.length), query: Object.fromEntries(new URLSearchParams(location.search)) };
}

/** The address of a page; what is empty in the query is left out. */
export function to(name, query = {}) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== ''));
  return base + name + (search.size > 0 ? `?${search}` : '');
}

/** Goes to an address of the console, or with replace changes the one that is there. */
export function go(address, { replace = false } = {}) {
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  listeners.forEach((listener) => listener());
}

/** Changes the query of the page that is there: {call: '12'} sets it, {call: ''} takes it away. */
export function setQuery(change, options = { replace: true }) {
  const { name, query } = here();
  go(to(name, { ...query, ...change }), options);
}

/** Calls back whenever one is elsewhere. Returns what ends that. */
export function onMove(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

addEventListener('popstate', () => listeners.forEach((listener) => listener()));
