// The real client's reader over the files that `lightbox outputs` writes.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAmplifyConfig } from 'aws-amplify/utils';

// Other files than the golden ones where AMPLIFY_OUTPUTS names their folder.
const folder = process.env.AMPLIFY_OUTPUTS ?? fileURLToPath(new URL('../../internal/outputs/testdata/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.amplify_outputs.json'));
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

test('there are files to read', () => assert.ok(files.length >= 2, `got ${files}`));

for (const name of files) {
  const outputs = read(name);
  const config = parseAmplifyConfig(outputs);

  test(`${name}: sign-in is configured`, () => {
    const { Cognito } = config.Auth;
    assert.equal(Cognito.userPoolId, outputs.auth.user_pool_id);
    assert.equal(Cognito.userPoolClientId, outputs.auth.user_pool_client_id);
    assert.equal(Cognito.identityPoolId, outputs.auth.identity_pool_id);
    assert.equal(Cognito.allowGuestAccess, true);
    assert.equal(Cognito.loginWith.username, true);
    assert.equal(Cognito.loginWith.email, true);
    assert.deepEqual(Cognito.userAttributes, { email: { required: true } });
    assert.deepEqual(Cognito.groups, [{ Admins: { precedence: 0 } }]);
    assert.equal(Cognito.passwordFormat.minLength, 12);
    const status = { NONE: 'off', OPTIONAL: 'optional', REQUIRED: 'on' }[outputs.auth.mfa_configuration];
    const [totpEnabled, smsEnabled] = status === 'off' ? [] : [true, false];
    assert.deepEqual(Cognito.mfa, { status, totpEnabled, smsEnabled });
    assert.equal('oauth' in Cognito.loginWith, 'oauth' in outputs.auth);
  });

  test(`${name}: the API is configured`, () => {
    assert.equal(config.API.GraphQL.endpoint, outputs.data.url);
    assert.equal(config.API.GraphQL.region, outputs.data.aws_region);
    assert.equal(config.API.GraphQL.defaultAuthMode, 'userPool');
  });

  test(`${name}: storage is configured, with its paths`, () => {
    const { S3 } = config.Storage;
    assert.equal(S3.bucket, outputs.storage.bucket_name);
    assert.equal(S3.region, outputs.storage.aws_region);
    const [{ name: bucket, bucket_name: bucketName, aws_region: region, paths }] = outputs.storage.buckets;
    assert.deepEqual(S3.buckets, { [bucket]: { bucketName, region, paths } });
    assert.deepEqual(paths['public/products/*'].guest, ['get']);
    assert.ok(paths['private/${cognito-identity.amazonaws.com:sub}/*'].entityidentity);
  });
}

test('control: without the client id there is no sign-in to configure', () => {
  const outputs = read(files[0]);
  delete outputs.auth.user_pool_client_id;
  assert.equal(parseAmplifyConfig(outputs).Auth.Cognito.userPoolClientId, undefined);
});

test('control: of an unknown version the client reads nothing', () => {
  const config = parseAmplifyConfig({ ...read(files[0]), version: '2' });
  assert.deepEqual([config.Auth, config.API, config.Storage], [undefined, undefined, undefined]);
});
