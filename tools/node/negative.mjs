// What must fail, each beside its control, which must not:
//
//   node --import ./aws-hosts.mjs negative.mjs web/out-sandbox/amplify_outputs.json
//
// (What takes time to fail, as a token that has expired, is tried by the tests in Go, whose clock can be moved.)
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { AdminCreateUserCommand, AdminSetUserPasswordCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Amplify } from 'aws-amplify';
import { confirmSignUp, signIn, signOut, signUp } from 'aws-amplify/auth';
import { getUrl } from 'aws-amplify/storage';
import {
  administrator, ask, bucket, cdn, code, endpoint, enter, file, join, me, outputs, password, photograph, pictureFields, promote, region, someone,
  uploadOf,
} from './backend.mjs';
import { title } from '../../web/tools/title.mjs';
import { withChange, withStack } from './stack.mjs';
import { finish, refused, step, until } from './steps.mjs';

const environment = outputs.custom.lightbox.env;
const Bucket = bucket;
const Body = await photograph();
const as = (credentials) => new S3Client({ region, credentials });
const put = (files, Key) => files.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'image/jpeg' }));
const get = (files, Key) => files.send(new GetObjectCommand({ Bucket, Key }));
const list = (files, Prefix) => files.send(new ListObjectsV2Command({ Bucket, Prefix }));
const erase = (files, Key) => files.send(new DeleteObjectCommand({ Bucket, Key }));
const denied = /AccessDenied/;

/** What the API answers to a token. */
async function graphql(token, query = 'query { listPhotos { items { id } } }') {
  const response = await fetch(outputs.data.url, {
    method: 'POST', headers: { Authorization: token, 'Content-Type': 'application/json' }, body: JSON.stringify({ query }),
  });
  return { status: response.status, ...(await response.json()) };
}
async function unauthorized(token) {
  const { status, errors } = await graphql(token);
  assert.deepEqual([status, errors[0].errorType], [401, 'UnauthorizedException']);
}

/** The identity pool's credentials for a token of a user pool. */
async function credentialsFor(idToken, pool) {
  const call = async (operation, input) => {
    const response = await fetch(`https://cognito-identity.${region}.amazonaws.com/`, {
      method: 'POST', headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `AWSCognitoIdentityService.${operation}` },
      body: JSON.stringify(input),
    });
    const body = await response.json();
    if (!response.ok) throw Object.assign(new Error(body.message), { name: body.__type });
    return body;
  };
  const Logins = { [`cognito-idp.${region}.amazonaws.com/${pool}`]: idToken };
  const { IdentityId } = await call('GetId', { IdentityPoolId: outputs.auth.identity_pool_id, Logins });
  return call('GetCredentialsForIdentity', { IdentityId, Logins });
}

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const parts = (token) => token.split('.');
const claims = (token) => JSON.parse(Buffer.from(parts(token)[1], 'base64url'));

// Three people: alice, bob and an admin, and a guest.
await signOut();
const guest = await me();
const names = { alice: someone('alice'), bob: someone('bob'), admin: someone('admin') };

await step('a wrong code does not confirm; the right one does, once', async () => {
  await signUp({ username: names.alice, password, options: { userAttributes: { email: `${names.alice}@example.com` } } });
  const confirmationCode = await code(names.alice, 'SignUp');
  await refused(confirmSignUp({ username: names.alice, confirmationCode: confirmationCode === '123456' ? '654321' : '123456' }), /CodeMismatchException/);
  await confirmSignUp({ username: names.alice, confirmationCode });
  await refused(confirmSignUp({ username: names.alice, confirmationCode }), /NotAuthorizedException|CodeMismatchException|ExpiredCodeException/);
});
await step('a wrong password does not sign in, nor an unknown user, in the same words; the right one does', async () => {
  const wrong = await refused(signIn({ username: names.alice, password: 'Wrong-horse-7-battery' }), /NotAuthorizedException/);
  const unknown = await refused(signIn({ username: someone('nobody'), password }), /NotAuthorizedException/);
  assert.equal(wrong.message, unknown.message);
  await enter(names.alice);
});
const alice = await me();
const bob = await join(names.bob);
await join(names.admin);
await promote(names.admin);
const admin = await enter(names.admin);

const access = alice.tokens.accessToken.toString();
const [head, body, signature] = parts(access);
await step('a tampered token is refused; as it was given it is not', async () => {
  await unauthorized([head, base64url({ ...claims(access), 'cognito:groups': ['Admins'] }), signature].join('.'));
  await unauthorized([head, body, signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))].join('.'));
  assert.equal((await graphql(access)).errors, undefined);
});
await step('a token without a signature (alg none) is refused', async () => {
  for (const alg of ['none', 'None', 'NONE']) await unauthorized(`${base64url({ alg, typ: 'JWT' })}.${body}.`);
});
await step('a token signed with the public key (HS256) is refused', async () => {
  const { keys } = await (await fetch(`${claims(access).iss}/.well-known/jwks.json`)).json();
  const header = base64url({ alg: 'HS256', kid: keys[0].kid });
  await unauthorized(`${header}.${body}.${createHmac('sha256', keys[0].n).update(`${header}.${body}`).digest('base64url')}`);
});
await step("another pool's token is refused by the API and for our roles; ours is not, while its user is signed in", () => withStack({
  Resources: {
    Pool: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolName: 'foreign' } },
    Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Pool' }, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] } },
  },
  Outputs: { Pool: { Value: { Ref: 'Pool' } }, Client: { Value: { Ref: 'Client' } } },
}, async ({ Pool: UserPoolId, Client }) => {
  const pools = new CognitoIdentityProviderClient(administrator);
  await pools.send(new AdminCreateUserCommand({ UserPoolId, Username: names.alice, MessageAction: 'SUPPRESS' }));
  await pools.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: names.alice, Password: password, Permanent: true }));
  const { IdentityId } = await credentialsFor(admin.tokens.idToken.toString(), outputs.auth.user_pool_id);
  assert.equal(IdentityId, admin.identityId);
  await signOut();
  Amplify.configure({ Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId: Client } } });
  let foreign;
  try {
    await signIn({ username: names.alice, password });
    foreign = (await me()).tokens;
    await signOut();
  } finally {
    Amplify.configure(outputs);
  }
  await unauthorized(foreign.accessToken.toString());
  await refused(credentialsFor(foreign.idToken.toString(), UserPoolId), /NotAuthorizedException|InvalidParameterException|ResourceNotFoundException/);
  await refused(credentialsFor(foreign.idToken.toString(), outputs.auth.user_pool_id), /NotAuthorizedException|InvalidParameterException/);
  await refused(credentialsFor(admin.tokens.idToken.toString(), outputs.auth.user_pool_id), /NotAuthorizedException/);
}));

const hers = as(alice.credentials);
const his = as(bob.credentials);
const anyones = as(guest.credentials);
const admins = as(admin.credentials);

await step('a wrong secret key does not sign; the right one does', async () => {
  const { secretAccessKey } = alice.credentials;
  const wrong = as({ ...alice.credentials, secretAccessKey: secretAccessKey.replace(/.$/, (c) => (c === 'a' ? 'b' : 'a')) });
  await refused(list(wrong, `private/${alice.identityId}/`), /SignatureDoesNotMatch/);
  await refused(list(as({ ...alice.credentials, sessionToken: bob.credentials.sessionToken }), `private/${alice.identityId}/`), /InvalidToken|InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied/);
  await list(hers, `private/${alice.identityId}/`);
});
for (const area of ['private', 'protected']) {
  const folder = `${area}/${alice.identityId}`;
  await step(`nobody else writes, lists or deletes in her ${area} folder; she does`, async () => {
    const key = file(folder);
    await put(hers, key);
    for (const other of [his, anyones]) {
      await refused(put(other, key), denied);
      await refused(put(other, file(folder)), denied);
      await refused(list(other, `${folder}/`), denied);
      await refused(erase(other, key), denied);
    }
    if (area === 'private') for (const other of [his, anyones, admins]) await refused(get(other, key), denied);
    await get(hers, key);
    assert.equal((await list(hers, `${folder}/`)).KeyCount, 1);
    await erase(hers, key);
  });
}
await step('tricks with her folder do not open it', async () => {
  const key = `private/${alice.identityId}/a.jpg`;
  await put(hers, key);
  for (const path of [`private/${bob.identityId}/../${alice.identityId}/a.jpg`, `public/products/../../${key}`, `private//${alice.identityId}/a.jpg`, `Private/${alice.identityId}/a.jpg`, 'private/*/a.jpg']) {
    await refused(get(his, path), /AccessDenied|NoSuchKey|SignatureDoesNotMatch/);
  }
  await get(hers, key);
  await erase(hers, key);
});
await step('nobody else writes, reads, lists or deletes what she uploads for a picture; she writes and reads, and lists and deletes nothing', async () => {
  const key = uploadOf(alice.sub);
  await put(hers, key);
  for (const other of [his, anyones, admins]) {
    for (const target of [key, uploadOf(alice.sub), 'uploads/x', `uploads/${alice.sub}`]) await refused(put(other, target), denied);
    await refused(get(other, key), denied);
    await refused(list(other, `uploads/${alice.sub}/`), denied);
    await refused(erase(other, key), denied);
  }
  await get(hers, key);
  await refused(list(hers, `uploads/${alice.sub}/`), denied);
  await refused(erase(hers, key), denied);
});

// A product that is live, and a photo: pictures that the backend made.
const create = `mutation ($input: ProductInput!) { createProduct(input: $input) { id version ${pictureFields} } }`;
const publish = `mutation ($id: ID!, $v: Int!) { publishProduct(id: $id, version: $v) { id name version isLive imgKey ${pictureFields} } }`;
const unpublish = 'mutation ($id: ID!, $v: Int!) { unpublishProduct(id: $id, version: $v) { id wasLive } }';
/** Creates a draft with a picture, as whoever is signed in. */
async function draftOf(name) {
  const imgKey = uploadOf((await me()).sub);
  await put(as((await me()).credentials), imgKey);
  return (await ask(create, { input: { name, price: 1, currency: 'EUR', imgKey } })).createProduct;
}
await enter(names.admin);
const draft = await draftOf('Unmoved lamp');
const { id, version: v } = await draftOf('Lamp');
const { publishProduct: live } = await ask(publish, { id, v });
await enter(names.alice);
const imgKey = uploadOf(alice.sub);
await put(hers, imgKey);
const { createPhoto: photo } = await ask(`mutation ($input: PhotoInput!) { createPhoto(input: $input) { id imgKey ${pictureFields} } }`, { input: { imgKey } });
const keyOf = ({ picture: { renditions } }) => renditions[0].key;

await step('nobody writes or deletes below public/ and drafts/, users and admins neither; what is public everyone reads', async () => {
  for (const key of [keyOf(live), live.imgKey, keyOf(photo), keyOf(draft)]) {
    for (const who of [hers, his, anyones, admins]) {
      for (const target of [key, file(key.replace(/[^/]+$/, '').slice(0, -1)), file('public/products'), file(`public/photos/${alice.sub}`), file('drafts'), file('public'), 'x.jpg']) {
        await refused(put(who, target), denied);
      }
      await refused(erase(who, key), denied);
      await (key.startsWith('drafts/') && who !== admins ? refused(get(who, key), denied) : get(who, key));
    }
  }
});
await step('nobody but functions writes or deletes originals and answers; an original is read by whose it is', async () => {
  const files = as(administrator.credentials);
  const { Contents: [{ Key: original }] } = await list(files, `originals/${alice.sub}/`);
  const answer = `answers/${imgKey.split('/')[2]}`;
  await get(files, answer);
  for (const who of [hers, his, anyones, admins]) {
    for (const key of [original, answer]) {
      await refused(put(who, key), denied);
      await refused(erase(who, key), denied);
      await (who === hers && key === original ? get(who, key) : refused(get(who, key), denied));
    }
  }
});
await step("another's upload makes no picture, nor does what is public already", async () => {
  await enter(names.bob);
  const post = 'mutation ($input: PhotoInput!) { createPhoto(input: $input) { id } }';
  for (const key of [imgKey, keyOf(photo), photo.imgKey, keyOf(live), imgKey.toUpperCase(), `${imgKey}/`, imgKey.replace('uploads/', 'uploads//')]) {
    await refused(ask(post, { input: { imgKey: key } }), /BadRequest|Unauthorized/);
  }
  const own = uploadOf(bob.sub);
  await put(his, own);
  await ask(post, { input: { imgKey: own } });
});
await step('nobody lists everything, an admin neither; their own folders they do', async () => {
  for (const who of [hers, anyones, admins]) for (const prefix of [undefined, '', 'p', 'private/', 'private']) await refused(list(who, prefix), denied);
  await list(hers, `private/${alice.identityId}/`);
  await list(admins, 'public/products/');
});

await step('a foreign origin gets no CORS; a configured one does', async () => {
  const preflight = (Origin) => fetch(`https://${bucket}.s3.${region}.amazonaws.com/public/products/x.jpg`, {
    method: 'OPTIONS', headers: { Origin, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'authorization' },
  });
  for (const origin of ['https://evil.example', 'null', 'https://localhost:3000', 'http://localhost:3000.evil.example']) {
    const response = await preflight(origin);
    assert.deepEqual([response.status, response.headers.get('access-control-allow-origin')], [403, null], origin);
  }
  const origin = process.env.ORIGIN ?? 'http://localhost:3000';
  const response = await preflight(origin);
  assert.deepEqual([response.status, response.headers.get('access-control-allow-origin')], [200, origin]);
});

await step('a presigned GET and PUT work, and expire', async () => {
  await enter(names.alice);
  const path = uploadOf(alice.sub);
  const link = async (method, expiresIn) => (await getUrl({ path, options: { method, expiresIn, contentType: 'image/jpeg' } })).url;
  const send = async (url, method) => (await fetch(url, method === 'PUT' ? { method, body: Body, headers: { 'Content-Type': 'image/jpeg' } } : {})).status;
  const short = [await link('PUT', 1), await link('GET', 1)];
  assert.equal(await send(await link('PUT', 60), 'PUT'), 200);
  assert.equal(await send(await link('GET', 60), 'GET'), 200);
  await new Promise((done) => setTimeout(done, 2100));
  assert.equal(await send(short[0], 'PUT'), 403);
  assert.equal(await send(short[1], 'GET'), 403);
});
await step('without TLS the bucket answers nobody', async () => {
  const path = uploadOf(alice.sub);
  await put(hers, path);
  const { url } = await getUrl({ path });
  assert.equal((await fetch(url)).status, 200);
  const { port } = new URL(endpoint);
  assert.ok(port, 'LIGHTBOX_HTTP has a port');
  url.protocol = 'http:';
  const plain = await fetch(url);
  assert.deepEqual([plain.status, /<Code>AccessDenied<\/Code>/.test(await plain.text())], [403, true]);
});

await step("a draft is nobody's but the admins'; published it is everyone's; taken back it is theirs again", async () => {
  await enter(names.admin);
  const draft = await draftOf('Secret lamp');
  const read = 'query ($id: ID!) { getProduct(id: $id) { id name } }';
  const lists = async (mode) => (await ask('query { listProducts(limit: 100) { items { id } } }', {}, mode)).listProducts.items.some(({ id }) => id === draft.id);
  const show = async (key) => (await fetch(cdn + key.replace(/^public/, ''))).status;
  assert.equal((await ask(read, { id: draft.id })).getProduct.name, 'Secret lamp');
  await enter(names.bob);
  assert.equal((await ask(read, { id: draft.id })).getProduct, null);
  await refused(ask('query { listDrafts { items { id } } }'), /Unauthorized/);
  await refused(ask(publish, { id: draft.id, v: draft.version }), /Unauthorized/);
  await signOut();
  assert.equal((await ask(read, { id: draft.id }, 'identityPool')).getProduct, null);
  assert.equal(await lists('identityPool'), false);
  await refused(ask('query { listDrafts { items { id } } }', {}, 'identityPool'), /Unauthorized/);
  for (const other of [his, anyones]) await refused(get(other, keyOf(draft)), denied);
  assert.equal((await fetch(`${cdn}/${keyOf(draft)}`)).status, 403);

  await enter(names.admin);
  const { publishProduct: live } = await ask(publish, { id: draft.id, v: draft.version });
  const [first, ...others] = live.picture.renditions.map(({ key }) => key);
  await signOut();
  assert.equal((await ask(read, { id: draft.id }, 'identityPool')).getProduct.name, 'Secret lamp');
  assert.equal(await lists('identityPool'), true);
  assert.equal(await show(first), 200);
  await enter(names.admin);
  await ask(unpublish, { id: draft.id, v: live.version });
  const { getProduct: now } = await ask(`query ($id: ID!) { getProduct(id: $id) { version ${pictureFields} } }`, { id: draft.id });
  // Its files go by the table's stream, and what the CDN had of them too.
  for (const key of [first, ...others]) await until(`${key} is gone`, async () => (await show(key)) === 403);
  for (const other of [his, anyones]) await refused(get(other, keyOf(now)), denied);
  await get(admins, keyOf(now));
  await ask('mutation ($id: ID!, $v: Int!) { deleteProduct(id: $id, version: $v) { id wasLive } }', { id: draft.id, v: now.version });
});

await step('without its bucket policy the CDN shows nothing; with it, it does', async () => {
  const [before, during, after] = live.picture.renditions.map(({ key }) => key);
  const show = async (key) => (await fetch(cdn + key.replace(/^public/, ''))).status;
  assert.equal(await show(before), 200);
  await withChange(`${title}-${environment}-FileStorage`, (resources) => {
    const policies = Object.keys(resources).filter((id) => resources[id].Type === 'AWS::S3::BucketPolicy' && id.startsWith('Files'));
    assert.equal(policies.length, 1);
    for (const resource of Object.values(resources)) {
      if (resource.DependsOn) resource.DependsOn = [resource.DependsOn].flat().filter((id) => !policies.includes(id));
    }
    delete resources[policies[0]];
  }, async () => assert.equal(await show(during), 403));
  assert.equal(await show(after), 200);
});
await step('without its statement an operation fails; with it, it does not', async () => {
  const key = uploadOf(alice.sub);
  await put(hers, key);
  await withChange(`${title}-${environment}-FileStorage`, (resources) => {
    const [policy] = Object.keys(resources).filter((id) => id.startsWith('UserAccess'));
    const document = resources[policy].Properties.PolicyDocument;
    const before = document.Statement.length;
    document.Statement = document.Statement.filter(({ Sid }) => Sid !== 'GetPutOwnUploads');
    assert.equal(document.Statement.length, before - 1);
  }, async () => {
    await refused(put(hers, uploadOf(alice.sub)), denied);
    await refused(get(hers, key), denied);
    await get(hers, keyOf(photo));
  });
  await put(hers, uploadOf(alice.sub));
});

// What was made for this.
await enter(names.alice);
await ask('mutation ($id: ID!) { deletePhoto(id: $id) { id } }', { id: photo.id });
await enter(names.admin);
for (const one of [draft, live]) await ask('mutation ($id: ID!, $v: Int!) { deleteProduct(id: $id, version: $v) { id wasLive } }', { id: one.id, v: one.version });
finish();
