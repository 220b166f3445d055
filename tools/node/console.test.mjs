// What the sandbox's console has of others is what they published, byte for byte.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

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
