// The README's tour, with Amplify as it is on npm:
//
//   node --import ./aws-hosts.mjs smoke.mjs web/out-sandbox/amplify_outputs.json
//
// Guests first, then a user, then an admin; wherever somebody is refused, somebody else was allowed the same.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { confirmResetPassword, confirmSignUp, getCurrentUser, resendSignUpCode, resetPassword, signIn, signOut, signUp, updatePassword } from 'aws-amplify/auth';
import { downloadData, getProperties, getUrl, isCancelError, list, remove, uploadData } from 'aws-amplify/storage';
import sharp from 'sharp';
import {
  administrator, ask, bucket, cdn, code, enter, file, me, outputs, password, photograph, pictureFields, promote, someone, subscribe, uploadOf,
} from './backend.mjs';
import { finish, refused, step, until } from './steps.mjs';

const alice = someone('alice');
const files = new S3Client(administrator);
const megabyte = 1 << 20;

await step('a guest has credentials and no tokens', async () => {
  const { identityId, credentials, tokens } = await me();
  assert.ok(identityId.startsWith(`${outputs.auth.aws_region}:`));
  assert.ok(credentials.sessionToken);
  assert.equal(tokens, undefined);
});
await step('a guest reads the catalogue', async () => {
  const { listProducts } = await ask('query { listProducts { items { id } nextToken } }', {}, 'identityPool');
  assert.ok(Array.isArray(listProducts.items));
});
await step('a guest reads no photos', () => refused(ask('query { listPhotos { items { id } } }', {}, 'identityPool'), /Unauthorized/));
await step('a guest is noted as nobody', () => refused(ask('mutation { linkIdentity }', {}, 'identityPool'), /Unauthorized/));
await step('a guest uploads nothing', () => refused(
  uploadData({ path: uploadOf(crypto.randomUUID()), data: 'x' }).result, /AccessDenied|not authorized/));

await step('sign up', async () => {
  const { nextStep } = await signUp({ username: alice, password, options: { userAttributes: { email: `${alice}@example.com` } } });
  assert.equal(nextStep.signUpStep, 'CONFIRM_SIGN_UP');
});
await step('a weak password is refused', () => refused(
  signUp({ username: someone('weak'), password: 'short', options: { userAttributes: { email: 'weak@example.com' } } }), /InvalidPasswordException/));
await step('sign-in waits for the confirmation', async () => {
  const { isSignedIn, nextStep } = await signIn({ username: alice, password });
  assert.deepEqual([isSignedIn, nextStep.signInStep], [false, 'CONFIRM_SIGN_UP']);
});
await step('a wrong code is refused', async () => {
  const wrong = (await code(alice, 'SignUp')) === '000000' ? '000001' : '000000';
  await refused(confirmSignUp({ username: alice, confirmationCode: wrong }), /CodeMismatchException/);
});
await step('the code in the inbox confirms', async () => {
  await resendSignUpCode({ username: alice });
  await confirmSignUp({ username: alice, confirmationCode: await code(alice, 'ResendConfirmationCode') });
});
await step('a wrong password is refused', () => refused(signIn({ username: alice, password: `${password}x` }), /NotAuthorizedException/));
await step('sign in by user name', () => enter(alice));
await step('sign in by e-mail', () => enter(`${alice}@example.com`));

const { sub, identityId } = await me();
const mine = `private/${identityId}`;
await step('tokens and an identity of her own', async () => {
  const { tokens } = await me();
  assert.equal(tokens.accessToken.payload.username, alice);
  assert.equal((await getCurrentUser()).userId, sub);
});
await step('her identity is noted, by its credentials alone', async () => {
  assert.equal((await ask('mutation { linkIdentity }', {}, 'identityPool')).linkIdentity, true);
  await refused(ask('mutation { linkIdentity }'), /Unauthorized/);
});
await step('tokens are renewed', async () => {
  const before = await me();
  const { tokens } = await me({ forceRefresh: true });
  assert.notEqual(tokens.accessToken.toString(), before.tokens.accessToken.toString());
});

const taken = await photograph();
const upload = uploadOf(sub);
await step('upload what a picture is made of, into her own folder', async () => {
  await uploadData({ path: upload, data: new Blob([taken], { type: 'image/jpeg' }) }).result;
  assert.equal((await getProperties({ path: upload })).size, taken.length);
});
await step('an upload into another folder is refused', () => refused(
  uploadData({ path: uploadOf(crypto.randomUUID()), data: 'x' }).result, /AccessDenied|not authorized/));

const large = randomBytes(12 * megabyte);
await step('upload 12 MB in parts, and read them back', async () => {
  const { eTag } = await uploadData({ path: `${mine}/large.bin`, data: new Blob([large]) }).result;
  assert.match(eTag, /-3"?$/, 'three parts of 5 MB at most');
  const { body } = await downloadData({ path: `${mine}/large.bin` }).result;
  assert.ok(large.equals(Buffer.from(await (await body.blob()).arrayBuffer())));
});
await step('a cancelled upload leaves no part', async () => {
  const { fetch } = globalThis;
  globalThis.fetch = (...request) => {
    if (/partNumber=2/.test(request[0].url ?? request[0])) task.cancel();
    return fetch(...request);
  };
  const task = uploadData({ path: `${mine}/cancelled.bin`, data: new Blob([large]) });
  const error = await refused(task.result, /Cancel/);
  globalThis.fetch = fetch;
  assert.ok(isCancelError(error));
  await until('no part', async () => {
    const { Uploads } = await files.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: mine }));
    return !Uploads?.length;
  });
});
await step('list her own files', async () => {
  const { items } = await list({ path: `${mine}/` });
  assert.deepEqual(items.map(({ path, size }) => [path, size]), [[`${mine}/large.bin`, 12 * megabyte]]);
});
await step('a presigned URL reads', async () => {
  const { url } = await getUrl({ path: upload, options: { validateObjectExistence: true } });
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.ok(taken.equals(Buffer.from(await response.arrayBuffer())));
});
await step('a presigned URL of another key does not', async () => {
  const { url } = await getUrl({ path: upload });
  url.pathname = url.pathname.replace(/.$/, (c) => (c === '0' ? '1' : '0'));
  assert.equal((await fetch(url)).status, 403);
});

await step('a user reads the catalogue and the feed', async () => {
  const { listProducts, listPhotos } = await ask('query { listProducts { items { id } } listPhotos { items { id } } }');
  assert.ok(Array.isArray(listProducts.items) && Array.isArray(listPhotos.items));
});
const feed = await step('subscribe to new photos', () => subscribe('subscription { onPhotoCreated { id imgKey caption uploadedBy } }'));
const post = 'mutation ($input: PhotoInput!) { createPhoto(input: $input) { id imgKey caption owner uploadedBy likeCount version '
  + `${pictureFields} } }`;
const photo = await step('post the photo: a picture is made of it, upright, in all sizes', async () => {
  const { createPhoto } = await ask(post, { input: { imgKey: upload, caption: 'From the tour' } });
  assert.deepEqual([createPhoto.id, createPhoto.owner, createPhoto.uploadedBy, createPhoto.likeCount], [upload.replace('uploads/', '').replace('/', '.'), sub, alice, 0]);
  const { width, height, renditions } = createPhoto.picture;
  assert.deepEqual([width, height], [1200, 1600], 'on its side in the file, upright as it was seen');
  assert.deepEqual(renditions.map((r) => `${r.width} ${r.format}`), ['160 WEBP', '480 WEBP', '960 WEBP', '1200 WEBP', '1200 JPEG']);
  assert.match(createPhoto.imgKey, /^public\/photos\/[0-9a-f]{32}\/1200\.jpg$/);
  return createPhoto;
});
await step('the subscriber hears of it', async () => {
  await until('the event', () => feed.events.length > 0);
  assert.deepEqual(feed.events, [{ onPhotoCreated: { id: photo.id, imgKey: photo.imgKey, caption: 'From the tour', uploadedBy: alice } }]);
});
await step('posted again: the same upload is the same photo, with the same files', async () => {
  assert.deepEqual((await ask(post, { input: { imgKey: upload, caption: 'From the tour' } })).createPhoto, photo);
});
const posting = (imgKey) => ask(post, { input: { imgKey } });
await step("another's upload, and a key of the old form, are refused", async () => {
  await refused(posting(uploadOf(crypto.randomUUID())), /BadRequest.*uploads\//);
  await refused(posting(file(`public/photos/${sub}`)), /BadRequest.*uploads\//);
  await refused(posting(uploadOf(sub)), /BadRequest.*no such upload/);
});
for (const [what, body, words] of [
  ['a page of HTML', '<!doctype html><script>alert(1)</script>', /BadRequest.*a page of HTML/],
  ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg"/>', /BadRequest.*an SVG drawing/],
  ['a program', 'MZ\x90\0', /BadRequest.*a program/],
  ['nothing', '', /BadRequest.*empty/],
  ['half a photo', taken.subarray(0, taken.length / 2), /BadRequest.*damaged or cut short/],
]) {
  await step(`${what} is refused by name, whatever its type says`, async () => {
    const path = uploadOf(sub);
    await uploadData({ path, data: new Blob([body]), options: { contentType: 'image/jpeg' } }).result;
    await refused(posting(path), words);
  });
}
await step('like it, live', async () => {
  const changes = await subscribe('subscription ($id: ID) { onPhotoChanged(id: $id) { id likeCount } }', { id: photo.id });
  const { likePhoto } = await ask('mutation ($id: ID!) { likePhoto(id: $id) { id likeCount } }', { id: photo.id });
  assert.equal(likePhoto.likeCount, 1);
  await until('the event', () => changes.events.length > 0);
  assert.deepEqual(changes.events, [{ onPhotoChanged: { id: photo.id, likeCount: 1 } }]);
  changes.stop();
  const { getPhoto } = await ask('query ($id: ID!) { getPhoto(id: $id) { likedByMe likeCount } }', { id: photo.id });
  assert.deepEqual(getPhoto, { likedByMe: true, likeCount: 1 });
});
await step('comment on it, live', async () => {
  const comments = await subscribe('subscription ($id: ID!) { onCommentChanged(photoId: $id) { photoId text author } }', { id: photo.id });
  await ask('mutation ($id: ID!, $text: String!) { addComment(photoId: $id, text: $text) { id photoId text author } }', { id: photo.id, text: 'Lovely' });
  await until('the event', () => comments.events.length > 0);
  assert.deepEqual(comments.events, [{ onCommentChanged: { photoId: photo.id, text: 'Lovely', author: alice } }]);
  comments.stop();
  const { commentsByPhoto } = await ask('query ($id: ID!) { commentsByPhoto(photoId: $id) { items { text } } }', { id: photo.id });
  assert.deepEqual(commentsByPhoto.items, [{ text: 'Lovely' }]);
});

await step('the CDN shows the photo to anyone, in each size: decoded anew, kept for ever, the second time from its cache', async () => {
  for (const { width, format, key, url } of photo.picture.renditions) {
    assert.equal(url, cdn + key.replace(/^public/, ''));
    const [first, second] = [await fetch(url), await fetch(url)];
    const said = (response) => [response.status, ...['content-type', 'cache-control'].map((name) => response.headers.get(name))];
    assert.deepEqual(said(first), [200, format === 'WEBP' ? 'image/webp' : 'image/jpeg', 'public, max-age=31536000, immutable']);
    assert.match(second.headers.get('x-cache'), /^Hit /);
    const made = await sharp(Buffer.from(await first.arrayBuffer())).metadata();
    assert.deepEqual([made.format, made.width, made.height], [format.toLowerCase(), width, Math.round((width * 4) / 3)]);
    assert.deepEqual([made.exif, made.icc, made.xmp, made.iptc, made.orientation], Array(5).fill(undefined), 'nothing that the file said besides');
  }
  assert.ok((await sharp(taken).metadata()).exif, 'the control: the file did say it');
});
await step('what it is made of is hers alone', async () => {
  const folder = `originals/${sub}`;
  const { Contents: [{ Key }] } = await files.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder }));
  const { body } = await downloadData({ path: Key }).result;
  assert.ok(taken.equals(Buffer.from(await (await body.blob()).arrayBuffer())));
  for (const key of [Key, upload]) assert.equal((await fetch(`${cdn}/${key}`)).status, 403, key);
});
await step('the CDN shows nothing private', async () => {
  for (const path of [`/${mine}/large.bin`, `/../${mine}/large.bin`, `/%2e%2e/${mine}/large.bin`, '/drafts/x.jpg']) {
    assert.equal((await fetch(cdn + path)).status, 403, path);
  }
});

// The admin, and a guest who listens in a process of their own.
const admin = someone('admin');
await step('an admin is made by the account', async () => {
  await signOut();
  await signUp({ username: admin, password, options: { userAttributes: { email: `${admin}@example.com` } } });
  await confirmSignUp({ username: admin, confirmationCode: await code(admin, 'SignUp') });
  await promote(admin);
  const { tokens } = await enter(admin);
  assert.deepEqual(tokens.accessToken.payload['cognito:groups'], ['Admins']);
});
const guest = fork(fileURLToPath(new URL('./guest.mjs', import.meta.url)), process.argv.slice(2));
const heard = [];
guest.on('message', (message) => heard.push(message));
await step('a guest subscribes to the catalogue', () => until('the guest', () => heard.some(({ ready }) => ready)));
const show = async (key) => (await fetch(cdn + key.replace(/^public/, ''))).status;
const product = await step('a draft, with its picture: for admins, by links that end', async () => {
  const { sub: own } = await me();
  const path = uploadOf(own);
  await uploadData({ path, data: new Blob([taken]) }).result;
  const { createProduct } = await ask(`mutation ($input: ProductInput!) { createProduct(input: $input) { id version isLive ${pictureFields} } }`,
    { input: { name: 'Lamp', price: 4900, currency: 'EUR', imgKey: path } });
  assert.equal(createProduct.isLive, false);
  const [{ key, url }] = createProduct.picture.renditions;
  assert.match(key, /^drafts\/[0-9a-f]{32}\/160\.webp$/);
  assert.equal(url, null);
  assert.equal((await fetch((await getUrl({ path: key })).url)).status, 200);
  assert.equal((await fetch(`${cdn}/${key}`)).status, 403);
  return createProduct;
});
await step('published: pictures at new addresses, guests told, all on the CDN', async () => {
  const { publishProduct } = await ask(
    `mutation ($id: ID!, $v: Int!) { publishProduct(id: $id, version: $v) { id name version isLive imgKey ${pictureFields} } }`,
    { id: product.id, v: product.version });
  Object.assign(product, publishProduct);
  await until('the guest hears', () => heard.some((m) => m.onProductPublished?.id === product.id && m.onProductPublished.name === 'Lamp'));
  for (const { url } of product.picture.renditions.slice(1)) assert.equal((await fetch(url)).status, 200);
});
await step('its JPEG has an address that stays, for half a minute in caches', async () => {
  assert.equal(product.imgKey, `public/products/${product.id}/main.jpg`);
  const response = await fetch(cdn + product.imgKey.replace(/^public/, ''));
  assert.deepEqual([response.status, response.headers.get('cache-control')], [200, 'public, max-age=30']);
});
await step('deleted: guests told, the files gone', async () => {
  await ask('mutation ($id: ID!, $v: Int!) { deleteProduct(id: $id, version: $v) { id wasLive } }', { id: product.id, v: product.version });
  await until('the guest hears', () => heard.some((m) => m.onProductWithdrawn?.id === product.id && m.onProductWithdrawn.wasLive));
  // The one that no cache has.
  await until('the smallest rendition is gone', async () => (await show(product.picture.renditions[0].key)) === 403);
});
guest.disconnect();

await step('a forgotten password is replaced', async () => {
  await signOut();
  await resetPassword({ username: alice });
  await confirmResetPassword({ username: alice, newPassword: `${password}!`, confirmationCode: await code(alice, 'ForgotPassword') });
  await refused(signIn({ username: alice, password }), /NotAuthorizedException/);
  await signIn({ username: alice, password: `${password}!` });
  await updatePassword({ oldPassword: `${password}!`, newPassword: password });
  await enter(alice);
});
await step('delete the photo, with all its files, and the other files', async () => {
  const folder = photo.imgKey.replace(/[^/]+$/, '');
  const left = async () => (await files.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder }))).KeyCount;
  assert.equal(await left(), photo.picture.renditions.length);
  const { deletePhoto } = await ask('mutation ($id: ID!) { deletePhoto(id: $id) { id imgKey } }', { id: photo.id });
  assert.equal(deletePhoto.imgKey, photo.imgKey);
  await until('the pictures are gone', async () => (await left()) === 0);
  await remove({ path: `${mine}/large.bin` });
  assert.deepEqual((await list({ path: `${mine}/` })).items, []);
  assert.equal((await ask('query ($id: ID!) { getPhoto(id: $id) { id } }', { id: photo.id })).getPhoto, null);
});
await step('delete the account: no profile, and no photo any more', async () => {
  const { deleteAccount } = await ask('mutation { deleteAccount }');
  assert.ok(Date.parse(deleteAccount) > Date.now());
  assert.equal((await ask('query ($owner: ID!) { getProfile(owner: $owner) { name } }', { owner: sub })).getProfile, null);
  await refused(posting(upload), /Unauthorized/);
});
await step('signed out everywhere: the tokens are not renewed', async () => {
  await signOut({ global: true });
  assert.equal((await me()).tokens, undefined);
});
finish();
