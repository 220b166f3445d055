// What docs/frontends/expo.md says that was tried: the sandbox's script without a document, and Amplify after it.
//
//   node frontends.native.mjs 127.0.0.1:4566 amplify_outputs.json NAME
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { runInThisContext } from 'node:vm';
import { Amplify } from 'aws-amplify';
import { generateClient } from 'aws-amplify/api';
import { confirmSignUp, fetchAuthSession, signIn, signUp } from 'aws-amplify/auth';
import { uploadData } from 'aws-amplify/storage';
import { inbox } from '../seed/sandbox.mjs';
import { picture } from './pictures.ts';

const [address, outputs, username] = process.argv.slice(2);
globalThis.self = globalThis; // as React Native has it
runInThisContext(await (await fetch(`http://${address}/_lightbox/browser.js`)).text());
const bridged = self.lightboxBridge.bridged('https://b.s3.us-east-1.amazonaws.com/x');
assert.ok(bridged.startsWith(`http://${address}/`));

Amplify.configure(JSON.parse(await readFile(outputs, 'utf8')));
const client = generateClient({ authMode: 'userPool' });
const ask = async (query, variables) => (await client.graphql({ query, variables })).data;
const [password, email] = ['Pw-123456-A1!', `${username}@example.com`];
await signUp({ username, password, options: { userAttributes: { email } } });
await confirmSignUp({ username, confirmationCode: await inbox(address, email, 'SignUp') });
await signIn({ username, password });
const heard = new Promise((next, error) => {
  client.graphql({ query: 'subscription { onPhotoCreated { id uploadedBy } }' }).subscribe({
    next: ({ data }) => data.onPhotoCreated.uploadedBy === username && next(data.onPhotoCreated.id),
    error,
  });
});
const path = `uploads/${(await fetchAuthSession()).userSub}/${crypto.randomUUID()}`;
await uploadData({ path, data: picture().buffer }).result;
// The subscription may come to be after a photo: another one is heard.
const post = async (imgKey) => (await ask('mutation ($i: PhotoInput!) { createPhoto(input: $i) { id uploadedBy } }', { i: { imgKey } })).createPhoto.id;
const id = await post(path);
const again = setInterval(() => post(path), 2_000);
assert.equal(await heard, id);
clearInterval(again);
const { listPhotos } = await ask('query { listPhotos { items { id } } }');
assert.ok(listPhotos.items.some((photo) => photo.id === id));
console.log(`posted ${id}`);
process.exit(0);
