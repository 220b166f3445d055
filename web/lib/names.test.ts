import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Names } from './names';

type Archive = { what: string; names: [key: string, path: string][] };

// The table that the backend's names are held against, too.
const table: Archive[] = JSON.parse(
  readFileSync(new URL('../../internal/archive/testdata/names.json', import.meta.url), 'utf8'),
);

describe('names in an archive are those of `lightbox user export`', () => {
  test.each(table)('$what', ({ names }) => {
    const archive = new Names();
    expect(names.map(([key]) => [key, archive.of(key)])).toEqual(names);
  });
});

test('half of a pair of UTF-16 is no name', () => {
  expect(new Names().of('a\ud800b')).toBe('files/a_b');
  expect(new Names().of('a\u{10000}b')).toBe('files/a\u{10000}b');
});
