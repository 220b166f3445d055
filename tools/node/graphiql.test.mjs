// GraphiQL in the console of the sandbox is what the packages that are pinned here make, and small.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { bundle, folder, sha256 } from './graphiql.mjs';

const kept = (name) => readFileSync(join(folder, name));

test('what is embedded is what `node graphiql.mjs` makes', async () => {
  const files = await bundle();
  for (const [name, bytes] of Object.entries(files)) {
    assert.equal(sha256(gunzipSync(kept(`${name}.gz`))), sha256(bytes), `${name}: got another than the packages give, want that of \`node graphiql.mjs\``);
  }
  assert.equal(kept('SHA256').toString(), Object.entries(files).map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`).join(''));
});

test('it is small, and asks nothing of the policy that the console has', () => {
  const size = readdirSync(folder).reduce((sum, name) => sum + kept(name).length, 0);
  assert.ok(size < 600_000, `got ${size} bytes, want less than 600,000`);
  const [script, style] = ['graphiql.js', 'graphiql.css'].map((name) => gunzipSync(kept(`${name}.gz`)).toString());
  assert.doesNotMatch(script, /new Function\(|\beval\(|new Worker\(|importScripts/);
  assert.doesNotMatch(style, /url\(|@import/);
});
