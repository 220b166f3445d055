import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '..', 'styles');
const sheets = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

test('no column of a grid is widened by a long word: each has a least width of its own', () => {
  const rules = sheets.flatMap((sheet) => [...sheet.matchAll(/([^{}]+)\{([^{}]*)\}/g)]);
  const grids = rules.filter(([, , body]) => /display: (inline-)?grid|grid-template/.test(body ?? ''));
  expect(grids.length).toBeGreaterThan(25);
  const wrong = grids.filter(([, , body]) => {
    const columns = /grid-template-columns: ([^;]+);|grid-template: [^;/]+\/([^;]+);/.exec(body ?? '');
    const bare = (columns?.[1] ?? columns?.[2])?.replace(/minmax\((0|min\([^()]*\)), [\w.]+\)/g, '');
    return bare === undefined || /fr\b/.test(bare);
  });
  expect(wrong.map(([, selector]) => selector?.trim())).toEqual([]);
});
