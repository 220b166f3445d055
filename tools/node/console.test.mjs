// What the sandbox's console has of others is what they published, byte for byte.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { subscribes } from '../../sandbox/console/operation.js';
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

test('what GraphiQL runs is a subscription by its text, and by its name among several', () => {
  const both = 'query A { a } subscription B($x: [In!] = [{ s: "}" }]) @d(x: "(") { b(x: "subscription C {") } # subscription D { d }';
  for (const [query, operationName, want] of [
    ['subscription { a }', undefined, true],
    ['subscription{a}', null, true],
    ['# query A\nsubscription A @subscription { a { b } }', undefined, true],
    [both, 'B', true],
    [both, 'A', false],
    [both, 'C', false],
    ['{ subscription }', undefined, false],
    ['query subscription($subscription: ID) { a }', undefined, false],
    ['mutation { a(b: """ } subscription { c } """) }', undefined, false],
    ['fragment subscription on A { b } { ...subscription }', undefined, false],
    ['', undefined, false],
  ]) {
    assert.equal(subscribes({ query, operationName }), want, `${operationName}: ${query}`);
  }
});
