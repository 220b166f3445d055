// aws-jwt-verify, AWS's own verifier, on the tokens of the sandbox: node jwt-verify.mjs FOLDER TOOLS.
import assert from 'node:assert/strict';
import { brought, idp, judged, says, signedIn, test } from './judge.mjs';

const [folder, tools] = process.argv.slice(2);
const { module: { CognitoJwtVerifier }, version } = await brought(folder, 'aws-jwt-verify');
const { module: sdk } = await brought(tools, '@aws-sdk/client-cognito-identity-provider');
says(version);

const client = new sdk.CognitoIdentityProviderClient({ region: 'us-east-1', endpoint: judged.Endpoint });
const tokens = await signedIn(client, sdk, 'jwt');
const keys = await (await fetch(`${judged.Endpoint}/${judged.Pool}/.well-known/jwks.json`)).json();
const verifier = (more = {}) => {
  const v = CognitoJwtVerifier.create({ userPoolId: judged.Pool, clientId: judged.Client, tokenUse: null, ...more });
  v.cacheJwks(keys);
  return v;
};
const refuses = (token, more, name) => test(name, () => assert.rejects(async () => verifier(more).verify(token)));
const parts = (token) => token.split('.');
const forged = (token, change) => {
  const [head, body, signature] = parts(token);
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  change(claims);
  return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
};

await test('an id token', async () => {
  const claims = await verifier({ tokenUse: 'id' }).verify(tokens.IdToken);
  assert.equal(claims['cognito:username'], 'jwt');
  assert.deepEqual(claims['cognito:groups'], ['Judges']);
  assert.equal(claims.email_verified, true);
});
await test('an access token', async () => {
  const claims = await verifier({ tokenUse: 'access', groups: ['Judges'], scope: 'aws.cognito.signin.user.admin' }).verify(tokens.AccessToken);
  assert.equal(claims.client_id, judged.Client);
  assert.equal(claims.exp - claims.iat, 3600);
});
await test('a renewed token', async () => {
  const { AuthenticationResult: next } = await idp('InitiateAuth', { AuthFlow: 'REFRESH_TOKEN_AUTH', ClientId: judged.Client, AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken } });
  const [old, claims] = [await verifier().verify(tokens.AccessToken), await verifier({ tokenUse: 'access' }).verify(next.AccessToken)];
  assert.equal(claims.origin_jti, old.origin_jti);
  assert.notEqual(claims.jti, old.jti);
  assert.equal(claims.auth_time, old.auth_time);
});
await test('each key is one for signatures', () => {
  assert.ok(keys.keys.length > 0);
  for (const key of keys.keys) assert.deepEqual([key.kty, key.alg, key.use, typeof key.kid], ['RSA', 'RS256', 'sig', 'string']);
});
for (const [name, token] of [['id', tokens.IdToken], ['access', tokens.AccessToken]]) {
  await refuses(token, { userPoolId: 'us-east-1_Elsewhere' }, `the ${name} token for another pool`);
  await refuses(token, { clientId: 'another' }, `the ${name} token for another client`);
  await refuses(token, { tokenUse: name === 'id' ? 'access' : 'id' }, `the ${name} token for another use`);
  await refuses(token, { groups: ['Admins'] }, `the ${name} token for another group`);
  await refuses(forged(token, (c) => { c.sub = 'someone'; }), {}, `the ${name} token with another subject`);
  await refuses(forged(token, (c) => { c.exp += 1000; }), {}, `the ${name} token with a longer life`);
  await refuses(parts(token).slice(0, 2).join('.') + '.', {}, `the ${name} token without its signature`);
}
