/** A page of a list as the API answers it. */
export type Page<T> = { items: T[]; nextToken: string | null };

/** How the items of a list are told apart and ordered. */
export type Order<T> = { id(item: T): string; compare(a: T, b: T): number };

/** A list as far as it was read, kept right by events. */
export type List<T> = {
  items: T[];
  /** Where the next page starts; null at the end, undefined before the first page. */
  nextToken: string | null | undefined;
  /** The ids of items that left while the list is shown: a page that was read before may still hold them. */
  gone: ReadonlySet<string>;
};

export const emptyList: List<never> = { items: [], nextToken: undefined, gone: new Set() };

/** Newest first, as the indexes of the API answer. */
export const newestFirst: Order<{ id: string; createdAt: string }> = {
  id: (item) => item.id,
  compare: (a, b) => compareText(b.createdAt, a.createdAt) || compareText(a.id, b.id),
};

/** Oldest first: a comment's id is a ULID, so it sorts by time. */
export const oldestFirst: Order<{ id: string; createdAt: string }> = {
  id: (item) => item.id,
  compare: (a, b) => compareText(a.createdAt, b.createdAt) || compareText(a.id, b.id),
};

/** The list with one more page. What an event brought meanwhile stays: it is newer than the page. */
export function withPage<T>(list: List<T>, page: Page<T>, order: Order<T>): List<T> {
  const known = new Set(list.items.map(order.id));
  const fresh = page.items.filter((item) => !known.has(order.id(item)) && !list.gone.has(order.id(item)));
  return { ...list, items: [...list.items, ...fresh].sort(order.compare), nextToken: page.nextToken };
}

/**
 * The list with an item that came or changed. One that belongs to a page not yet read is left out: it comes with that page.
 */
export function withItem<T>(list: List<T>, item: T, order: Order<T>): List<T> {
  const id = order.id(item);
  const others = list.items.filter((other) => order.id(other) !== id);
  const gone = new Set([...list.gone].filter((other) => other !== id));
  const last = list.items.at(-1);
  const later = last !== undefined && order.id(last) !== id && order.compare(item, last) > 0;
  if (list.nextToken && later && others.length === list.items.length) {
    return { ...list, gone };
  }
  return { ...list, gone, items: [...others, item].sort(order.compare) };
}

/** The list without an item. */
export function withoutItem<T>(list: List<T>, id: string, order: Order<T>): List<T> {
  return {
    ...list,
    items: list.items.filter((item) => order.id(item) !== id),
    gone: new Set(list.gone).add(id),
  };
}

/** The list with one item replaced by what change makes of it; unchanged when it is not there. */
export function withChange<T>(list: List<T>, id: string, change: (item: T) => T, order: Order<T>): List<T> {
  return { ...list, items: list.items.map((item) => (order.id(item) === id ? change(item) : item)) };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
