import { describe, expect, test } from 'vitest';
import { emptyList, newestFirst, withChange, withItem, withoutItem, withPage } from './pages';

type Item = { id: string; createdAt: string; word?: string };

const item = (id: string, hour: number, word?: string): Item => ({
  id,
  createdAt: `2026-11-21T${String(hour).padStart(2, '0')}:00:00.000Z`,
  ...(word ? { word } : {}),
});
const ids = (list: { items: Item[] }) => list.items.map(({ id }) => id);
const first = () => withPage<Item>(emptyList, { items: [item('c', 9), item('b', 8)], nextToken: 'more' }, newestFirst);

describe('a list', () => {
  test('grows page by page, and holds an item once', () => {
    const list = withPage(first(), { items: [item('b', 8), item('a', 7)], nextToken: null }, newestFirst);
    expect(ids(list)).toEqual(['c', 'b', 'a']);
    expect(list.nextToken).toBeNull();
  });

  test('takes a new item to its place', () => {
    expect(ids(withItem(first(), item('d', 10), newestFirst))).toEqual(['d', 'c', 'b']);
  });

  test('replaces an item that changed', () => {
    const list = withItem(first(), item('b', 8, 'new'), newestFirst);
    expect(list.items[1]).toMatchObject({ id: 'b', word: 'new' });
    expect(ids(list)).toEqual(['c', 'b']);
  });

  test('leaves an item of a later page to that page', () => {
    expect(ids(withItem(first(), item('a', 7), newestFirst))).toEqual(['c', 'b']);
    const whole = { ...first(), nextToken: null };
    expect(ids(withItem(whole, item('a', 7), newestFirst))).toEqual(['c', 'b', 'a']);
  });

  test('keeps what an event brought over an older page', () => {
    const list = withItem<Item>(emptyList, item('c', 9, 'event'), newestFirst);
    const read = withPage(list, { items: [item('c', 9, 'page')], nextToken: null }, newestFirst);
    expect(read.items).toEqual([item('c', 9, 'event')]);
  });

  test('does not bring back what left, unless it comes again', () => {
    const list = withoutItem(first(), 'b', newestFirst);
    expect(ids(list)).toEqual(['c']);
    expect(ids(withPage(list, { items: [item('b', 8)], nextToken: null }, newestFirst))).toEqual(['c']);
    const again = withItem({ ...list, nextToken: null }, item('b', 8), newestFirst);
    expect(ids(again)).toEqual(['c', 'b']);
  });

  test('changes one item and no other', () => {
    const list = withChange(first(), 'b', (one) => ({ ...one, word: 'x' }), newestFirst);
    expect(list.items).toEqual([item('c', 9), item('b', 8, 'x')]);
    expect(withChange(first(), 'z', (one) => ({ ...one, word: 'x' }), newestFirst).items).toEqual(first().items);
  });
});
