// The README's tour, with Amplify as it is on npm:
//
//   node --import ./aws-hosts.mjs smoke.mjs web/out-sandbox/amplify_outputs.json
//
// Guests first, then a user, then an admin; wherever somebody is refused, somebody else was allowed the same.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { confirmResetPassword, confirmSignUp, getCurrentUser, resendSignUpCode, resetPassword, signIn, signOut, signUp, updatePassword } from 'aws-amplify/auth';
import { copy, downloadData, getProperties, getUrl, isCancelError, list, remove, uploadData } from 'aws-amplify/storage';
import { administrator, ask, bucket, cdn, code, enter, jpeg, me, outputs, password, picture, promote, someone, subscribe } from './backend.mjs';
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
await step('a guest uploads nothing', () => refused(
  uploadData({ path: 'public/products/x.jpg', data: jpeg('x') }).result, /AccessDenied|not authorized/));

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
await step('tokens are renewed', async () => {
  const before = await me();
  const { tokens } = await me({ forceRefresh: true });
  assert.notEqual(tokens.accessToken.toString(), before.tokens.accessToken.toString());
});

const photoKey = picture(`public/photos/${sub}`);
await step('upload a picture into her own folder', async () => {
  await uploadData({ path: photoKey, data: jpeg('a photo'), options: { contentType: 'image/jpeg', metadata: { from: 'smoke' } } }).result;
  const { contentType, size } = await getProperties({ path: photoKey });
  assert.deepEqual([contentType, size], ['image/jpeg', jpeg('a photo').size]);
});
await step('a picture in another folder is refused', () => refused(
  uploadData({ path: picture('public/photos/somebody'), data: jpeg('x') }).result, /AccessDenied|not authorized/));

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
  const { url } = await getUrl({ path: photoKey, options: { validateObjectExistence: true } });
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.equal(await response.text(), await jpeg('a photo').text());
});
await step('a presigned URL of another key does not', async () => {
  const { url } = await getUrl({ path: photoKey });
  url.pathname = url.pathname.replace(/.jpg$/, '.png');
  assert.equal((await fetch(url)).status, 403);
});

await step('a user reads the catalogue and the feed', async () => {
  const { listProducts, listPhotos } = await ask('query { listProducts { items { id } } listPhotos { items { id } } }');
  assert.ok(Array.isArray(listProducts.items) && Array.isArray(listPhotos.items));
});
const feed = await step('subscribe to new photos', () => subscribe('subscription { onPhotoCreated { id imgKey caption uploadedBy } }'));
const photo = await step('post the photo', async () => {
  const { createPhoto } = await ask(
    'mutation ($input: PhotoInput!) { createPhoto(input: $input) { id imgKey caption owner uploadedBy likeCount version } }',
    { input: { imgKey: photoKey, caption: 'From the tour' } });
  assert.deepEqual([createPhoto.owner, createPhoto.uploadedBy, createPhoto.likeCount], [sub, alice, 0]);
  return createPhoto;
});
await step('the subscriber hears of it', async () => {
  await until('the event', () => feed.events.length > 0);
  assert.deepEqual(feed.events, [{ onPhotoCreated: { id: photo.id, imgKey: photoKey, caption: 'From the tour', uploadedBy: alice } }]);
});
await step('a photo in another folder is refused', () => refused(ask(
  'mutation ($input: PhotoInput!) { createPhoto(input: $input) { id } }', { input: { imgKey: picture('public/photos/somebody') } }), /BadRequest|Unauthorized/));
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

await step('the CDN shows the photo to anyone', async () => {
  const response = await fetch(cdn + photoKey.replace(/^public/, ''));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'image/jpeg');
  assert.equal(await response.text(), await jpeg('a photo').text());
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
const draftKey = picture('drafts');
const productKey = picture('public/products');
const product = await step('a draft, with its picture', async () => {
  await uploadData({ path: draftKey, data: jpeg('a product'), options: { contentType: 'image/jpeg' } }).result;
  const { createProduct } = await ask('mutation ($input: ProductInput!) { createProduct(input: $input) { id version isLive } }',
    { input: { name: 'Lamp', price: 4900, currency: 'EUR', imgKey: draftKey } });
  assert.equal(createProduct.isLive, false);
  return createProduct;
});
await step('published: picture copied, guests told, on the CDN', async () => {
  await copy({ source: { path: draftKey }, destination: { path: productKey } });
  const { publishProduct } = await ask('mutation ($id: ID!, $v: Int!, $key: String!) { publishProduct(id: $id, version: $v, imgKey: $key) { id name version isLive } }',
    { id: product.id, v: product.version, key: productKey });
  product.version = publishProduct.version;
  await remove({ path: draftKey });
  await until('the guest hears', () => heard.some((m) => m.onProductPublished?.id === product.id && m.onProductPublished.name === 'Lamp'));
  assert.equal((await fetch(cdn + productKey.replace(/^public/, ''))).status, 200);
});
await step('deleted: guests told', async () => {
  await ask('mutation ($id: ID!, $v: Int!) { deleteProduct(id: $id, version: $v) { id wasLive } }', { id: product.id, v: product.version });
  await until('the guest hears', () => heard.some((m) => m.onProductWithdrawn?.id === product.id && m.onProductWithdrawn.wasLive));
  await remove({ path: productKey });
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
await step('delete the photo and the files', async () => {
  const { deletePhoto } = await ask('mutation ($id: ID!) { deletePhoto(id: $id) { id imgKey } }', { id: photo.id });
  assert.equal(deletePhoto.imgKey, photoKey);
  await remove({ path: photoKey });
  await remove({ path: `${mine}/large.bin` });
  assert.deepEqual((await list({ path: `${mine}/` })).items, []);
  assert.equal((await ask('query ($id: ID!) { getPhoto(id: $id) { id } }', { id: photo.id })).getPhoto, null);
});
await step('signed out everywhere: the tokens are not renewed', async () => {
  await signOut({ global: true });
  assert.equal((await me()).tokens, undefined);
});
finish();
