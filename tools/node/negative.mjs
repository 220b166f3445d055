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
  administrator, ask, bucket, cdn, code, endpoint, enter, join, jpeg, me, outputs, password, picture, promote, region, someone,
} from './backend.mjs';
import { title } from '../../web/tools/title.mjs';
import { withChange, withStack } from './stack.mjs';
import { finish, refused, step } from './steps.mjs';

const environment = outputs.custom.lightbox.env;
const Bucket = bucket;
const Body = await (await jpeg('a picture').arrayBuffer());
const as = (credentials) => new S3Client({ region, credentials });
const put = (files, Key) => files.send(new PutObjectCommand({ Bucket, Key, Body: new Uint8Array(Body), ContentType: 'image/jpeg' }));
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
for (const [area, folder] of Object.entries({ private: `private/${alice.identityId}`, protected: `protected/${alice.identityId}`, photos: `public/photos/${alice.sub}` })) {
  await step(`nobody else writes, lists or deletes in her ${area} folder; she does`, async () => {
    const key = picture(folder);
    await put(hers, key);
    for (const other of [his, anyones]) {
      await refused(put(other, key), denied);
      await refused(put(other, picture(folder)), denied);
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
await step('a guest writes nowhere; reads what is public', async () => {
  const key = picture('public/products');
  await put(admins, key);
  for (const other of [anyones, his]) {
    for (const target of [key, picture('public'), 'x.jpg']) await refused(put(other, target), denied);
    await refused(erase(other, key), denied);
  }
  await get(anyones, key);
  await erase(admins, key);
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
  const path = picture(`public/photos/${alice.sub}`);
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
  const path = picture(`public/photos/${alice.sub}`);
  await put(hers, path);
  const { url } = await getUrl({ path });
  assert.equal((await fetch(url)).status, 200);
  const { port } = new URL(endpoint);
  assert.ok(port, 'LIGHTBOX_HTTP has a port');
  url.protocol = 'http:';
  const plain = await fetch(url);
  assert.deepEqual([plain.status, /<Code>AccessDenied<\/Code>/.test(await plain.text())], [403, true]);
  await erase(hers, path);
});

await step("a draft is nobody's but the admins'; published it is everyone's", async () => {
  await enter(names.admin);
  const draftKey = picture('drafts');
  await put(admins, draftKey);
  const { createProduct: draft } = await ask('mutation ($input: ProductInput!) { createProduct(input: $input) { id version } }',
    { input: { name: 'Secret lamp', price: 1, currency: 'EUR', imgKey: draftKey } });
  const read = 'query ($id: ID!) { getProduct(id: $id) { id name } }';
  const lists = async (mode) => (await ask('query { listProducts(limit: 100) { items { id } } }', {}, mode)).listProducts.items.some(({ id }) => id === draft.id);
  assert.equal((await ask(read, { id: draft.id })).getProduct.name, 'Secret lamp');
  await enter(names.bob);
  assert.equal((await ask(read, { id: draft.id })).getProduct, null);
  await refused(ask('query { listDrafts { items { id } } }'), /Unauthorized/);
  await refused(ask('mutation ($id: ID!, $v: Int!, $k: String!) { publishProduct(id: $id, version: $v, imgKey: $k) { id } }',
    { id: draft.id, v: draft.version, k: picture('public/products') }), /Unauthorized/);
  await signOut();
  assert.equal((await ask(read, { id: draft.id }, 'identityPool')).getProduct, null);
  assert.equal(await lists('identityPool'), false);
  await refused(ask('query { listDrafts { items { id } } }', {}, 'identityPool'), /Unauthorized/);
  for (const other of [his, anyones]) await refused(get(other, draftKey), denied);
  assert.equal((await fetch(`${cdn}/${draftKey}`)).status, 403);

  await enter(names.admin);
  const { publishProduct: live } = await ask('mutation ($id: ID!, $v: Int!, $k: String!) { publishProduct(id: $id, version: $v, imgKey: $k) { id name version isLive } }',
    { id: draft.id, v: draft.version, k: picture('public/products') });
  await signOut();
  assert.equal((await ask(read, { id: draft.id }, 'identityPool')).getProduct.name, 'Secret lamp');
  assert.equal(await lists('identityPool'), true);
  await enter(names.admin);
  await ask('mutation ($id: ID!, $v: Int!) { deleteProduct(id: $id, version: $v) { id wasLive } }', { id: draft.id, v: live.version });
  await erase(admins, draftKey);
});

await step('without its bucket policy the CDN shows nothing; with it, it does', async () => {
  const [before, during] = [picture('public/products'), picture('public/products')];
  await put(admins, before);
  await put(admins, during);
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
  const after = picture('public/products');
  await put(admins, after);
  assert.equal(await show(after), 200);
  for (const key of [before, during, after]) await erase(admins, key);
});
await step('without its statement an operation fails; with it, it does not', async () => {
  const folder = `public/photos/${alice.sub}`;
  const key = picture(folder);
  await put(hers, key);
  await withChange(`${title}-${environment}-FileStorage`, (resources) => {
    const [policy] = Object.keys(resources).filter((id) => id.startsWith('UserAccess'));
    const document = resources[policy].Properties.PolicyDocument;
    const before = document.Statement.length;
    document.Statement = document.Statement.filter(({ Sid }) => Sid !== 'PutDeleteOwnPublicPhotos');
    assert.equal(document.Statement.length, before - 1);
  }, async () => {
    await refused(put(hers, picture(folder)), denied);
    await refused(erase(hers, key), denied);
    await get(hers, key);
  });
  await put(hers, picture(folder));
  await erase(hers, key);
});
finish();
