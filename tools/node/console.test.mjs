// What the sandbox's console has of others is what they published, byte for byte.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readRow } from '../../sandbox/console/rows.js';

const htm = new URL('node_modules/htm/', import.meta.url);
const vendor = new URL('../../sandbox/console/vendor/', import.meta.url);

for (const [ours, theirs] of [
  ['htm-preact.js', 'preact/standalone.module.js'],
  ['LICENSE.htm', 'LICENSE'],
]) {
  test(`${ours} is ${theirs} of htm`, () => {
    assert.deepEqual(readFileSync(new URL(ours, vendor)), readFileSync(new URL(theirs, htm)));
  });
}

test('a row that somebody wrote keeps its numbers as they are, and is an object', () => {
  assert.deepEqual(readRow('{"id":"a","n":12345678901234567890,"l":[1.50,{"m":-0}],"z":null}', 'plain'), {
    id: { S: 'a' }, n: { N: '12345678901234567890' }, l: { L: [{ N: '1.50' }, { M: { m: { N: '-0' } } }] }, z: { NULL: true },
  });
  assert.deepEqual(readRow('{"n":{"N":"1"}}', 'typed'), { n: { N: '1' } });
  for (const text of ['null', '[1]', '"x"', '5', 'true']) {
    assert.throws(() => readRow(text, 'plain'), /This is no row: want an object/, text);
    assert.throws(() => readRow(text, 'typed'), /This is no row: want an object/, text);
  }
  assert.throws(() => readRow('{', 'plain'), /This is no JSON/);
});
