// What docs/frontends/expo.md says that was tried: the bundle of an app by Metro, as a phone runs it.
//
//   node tried.mjs 127.0.0.1:4566 BUNDLE NAME FILE
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { phone } from './phone.mjs';
import { ask } from './wire.mjs';

const [address, bundle, username, file] = process.argv.slice(2);
const email = `${username}@example.com`;
const said = [];
const app = await phone(bundle, { file: pathToFileURL(file).href }, (line) => said.push(line));

/** Waits until there is something. */
async function until(what, found) {
  for (let tries = 0; tries < 1200; tries++) {
    const value = await found();
    if (value) {
      return value;
    }
    await sleep(50);
  }
  throw new Error(`got no ${what}, but the status ${JSON.stringify(app.reads('status'))}: ${said.join('\n')}`);
}

/** Types into fields, and presses a button when they have it. */
async function fill(fields, button, status) {
  for (const [label, text] of Object.entries(fields)) {
    app.type(label, text);
  }
  await until('text', () => Object.entries(fields).every(([label, text]) => app.value(label) === text));
  app.press(button);
  await until(`status ${status}`, () => app.reads('status') === status);
}

const code = async () => {
  const letters = JSON.parse(await (await ask({ url: `http://${address}/_lightbox/mail`, headers: { accept: 'application/json' } })).body());
  return letters.find(({ to, purpose }) => to === email && purpose === 'SignUp')?.code;
};

await until('screen', () => app.nodes().length > 8);
await fill({ username, email, password: 'Pw-123456-A1!' }, 'Sign up', 'The code is in the inbox');
await fill({ code: await until('code', code) }, 'Sign in', `Signed in as ${username}`);
await until('subscription', () => app.reads('connection') === 'Connected');

const shares = new Set();
const watch = setInterval(() => shares.add(Number(app.reads('progress'))), 5);
await fill({}, 'Post', 'Posted');
clearInterval(watch);
assert.ok([...shares].filter((share) => share > 0 && share < 1).length > 1, `got the progress ${[...shares]}`);

/** The bytes of the picture that is shown. */
async function seen() {
  const url = await until('picture', () => app.picture(username));
  assert.ok(url.startsWith(`http://${address}/`), url);
  const { status, headers, body } = await app.load(url);
  assert.deepEqual([status, headers['content-type']], [200, 'image/webp']);
  return body();
}
const heard = await seen(); // by the subscription: the app has not asked for a list yet
app.press('List');
await until('list', () => app.reads('status').startsWith('Listed '));
assert.deepEqual(await seen(), heard);
assert.equal(heard.subarray(8, 12).toString(), 'WEBP');
console.log(`posted ${(await readFile(file)).length} bytes, with ${shares.size} steps of progress`);
process.exit(0);
