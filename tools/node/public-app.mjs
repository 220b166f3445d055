// What the pages of focusOtter/fullstack-image-upload-download do, by Amplify as it is on npm: people sign up, send a picture to
// where only they may, and see it.
//
//   LIGHTBOX_HTTP=… LIGHTBOX_HTTPS=… node --import ./aws-hosts.mjs public-app.mjs outputs.json
//
// The argument is what `cdk deploy --outputs-file` wrote. Beside each thing that works stands what must not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Amplify } from 'aws-amplify';
import { confirmSignUp, fetchAuthSession, signIn, signOut, signUp } from 'aws-amplify/auth';
import { getUrl, list, uploadData } from 'aws-amplify/storage';
import sharp from 'sharp';
import { finish, refused, step, until } from './steps.mjs';

const [where] = process.argv.slice(2);
const [output] = Object.values(JSON.parse(readFileSync(where, 'utf8')));
Amplify.configure({
  Auth: { Cognito: { userPoolId: output.UserPoolId, userPoolClientId: output.UserPoolClientId, identityPoolId: output.IdentityPoolId } },
  Storage: { S3: { bucket: output.BucketName, region: output.Region } },
});
const password = 'Correct-horse-7-battery';
const options = { accessLevel: 'protected' };
const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } }).png().toBuffer();

/** The code that was mailed to somebody. */
const code = (username) => until(`a mail to ${username}`, async () => {
  const letters = await (await fetch(`http://${process.env.LIGHTBOX_HTTP}/_lightbox/mail`)).json();
  return letters.find((letter) => letter.username === username)?.code;
});

/** Signs somebody up and in, and returns the identity. */
async function join(username) {
  await signUp({ username, password, options: { userAttributes: { email: `${username}@example.com` } } });
  await confirmSignUp({ username, confirmationCode: await code(username) });
  await signIn({ username, password });
  return (await fetchAuthSession()).identityId;
}

await step('a guest uploads nothing: the app gives them no identity', () => refused(
  uploadData({ key: 'a.png', data: picture, options }).result, /NoIdentityId/));
let mine;
await step('sign up, confirm by the code, sign in', async () => {
  mine = await join('ann');
});
await step('upload a picture', async () => {
  const { key } = await uploadData({ key: 'a.png', data: picture, options: { ...options, contentType: 'image/png' } }).result;
  assert.equal(key, 'a.png');
});
await step('see the picture', async () => {
  const answer = await fetch((await getUrl({ key: 'a.png', options })).url);
  assert.equal(answer.headers.get('content-type'), 'image/png');
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(picture));
});
await step('the policy has no list, so there is none', () => refused(list({ prefix: '', options }), /AccessDenied|not authorized/));
await step('somebody else sees nothing of it', async () => {
  await signOut();
  const other = await join('bob');
  assert.notEqual(other, mine);
  const theirs = await getUrl({ key: 'a.png', options: { ...options, targetIdentityId: mine } });
  assert.equal((await fetch(theirs.url)).status, 403);
  await uploadData({ key: 'a.png', data: picture, options }).result; // control: their own
});
finish();
