// AWS's SDK for JavaScript on the sandbox: node sdk-js.mjs FOLDER TOOLS.
import assert from 'node:assert/strict';
import { brought, judged, says, test } from './judge.mjs';

const [, tools] = process.argv.slice(2);
const s3 = await brought(tools, '@aws-sdk/client-s3');
const idp = await brought(tools, '@aws-sdk/client-cognito-identity-provider');
const stacks = await brought(tools, '@aws-sdk/client-cloudformation');
says(s3.version);

const options = { region: 'us-east-1', endpoint: judged.Endpoint };
const files = new s3.module.S3Client({ ...options, forcePathStyle: true });
const pools = new idp.module.CognitoIdentityProviderClient(options);
const cfn = new stacks.module.CloudFormationClient(options);
const Bucket = 'judged-files';
const send = (name, input) => files.send(new s3.module[`${name}Command`]({ Bucket, ...input }));
const rejects = (promise, name) => assert.rejects(promise, (fault) => fault.name === name || assert.fail(`got ${fault.name}: ${fault.message}, want ${name}`));

for (const Key of ['js/plain', 'js/a b', 'js/ü', "js/'!()*", 'js/a+b&c=d', 'js/%2F', 'js/😀']) {
  await test(`an object called ${Key}`, async () => {
    await send('PutObject', { Key, Body: Key, Metadata: { one: '1' } });
    const got = await send('GetObject', { Key });
    assert.equal(await got.Body.transformToString(), Key);
    assert.deepEqual(got.Metadata, { one: '1' });
    const listed = await send('ListObjectsV2', { Prefix: Key });
    assert.deepEqual(listed.Contents.map((o) => o.Key), [Key]);
    await send('CopyObject', { Key: Key + '2', CopySource: encodeURIComponent(`${Bucket}/${Key}`) });
    await send('DeleteObjects', { Delete: { Objects: [{ Key }, { Key: Key + '2' }] } });
    await rejects(send('GetObject', { Key }), 'NoSuchKey');
  });
}
for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256']) {
  await test(`a checksum by ${ChecksumAlgorithm}`, async () => {
    await send('PutObject', { Key: 'js/sum', Body: 'sum', ChecksumAlgorithm });
    const got = await send('GetObject', { Key: 'js/sum', ChecksumMode: 'ENABLED' });
    assert.ok(got[`Checksum${ChecksumAlgorithm}`]);
    assert.equal(await got.Body.transformToString(), 'sum'); // which checks it
  });
}
await test('a stream in chunks with a trailer', async () => {
  const { Readable } = await import('node:stream');
  await send('PutObject', { Key: 'js/stream', Body: Readable.from([Buffer.alloc(70_000, 1), Buffer.alloc(10, 2)]), ContentLength: 70_010 });
  assert.equal((await send('HeadObject', { Key: 'js/stream' })).ContentLength, 70_010);
});
await test('an upload of parts', async () => {
  const of = { Key: 'js/parts' };
  const { UploadId } = await send('CreateMultipartUpload', { ...of, ChecksumAlgorithm: 'CRC32' });
  const Parts = [];
  for (const [n, size] of [[1, 5 << 20], [2, 9]]) {
    const { ETag, ChecksumCRC32 } = await send('UploadPart', { ...of, UploadId, PartNumber: n, Body: Buffer.alloc(size, n), ChecksumAlgorithm: 'CRC32' });
    Parts.push({ ETag, ChecksumCRC32, PartNumber: n });
  }
  await send('CompleteMultipartUpload', { ...of, UploadId, MultipartUpload: { Parts } });
  const head = await send('HeadObject', { ...of, ChecksumMode: 'ENABLED', PartNumber: 2 });
  assert.deepEqual([head.ContentLength, head.PartsCount], [9, 2]);
});
await test('pages of a listing', async () => {
  for (let n = 0; n < 25; n++) await send('PutObject', { Key: `js/pages/${String(n).padStart(2, '0')}`, Body: '' });
  const keys = [];
  for await (const page of s3.module.paginateListObjectsV2({ client: files, pageSize: 7 }, { Bucket, Prefix: 'js/pages/' })) keys.push(...page.Contents.map((o) => o.Key));
  assert.deepEqual(keys, Array.from({ length: 25 }, (_, n) => `js/pages/${String(n).padStart(2, '0')}`));
});
await test('conditions', async () => {
  const { ETag } = await send('PutObject', { Key: 'js/if', Body: 'x' });
  await rejects(send('PutObject', { Key: 'js/if', Body: 'y', IfNoneMatch: '*' }), 'PreconditionFailed');
  await assert.rejects(send('GetObject', { Key: 'js/if', IfNoneMatch: ETag }), (fault) => fault.$metadata.httpStatusCode === 304);
  await rejects(send('HeadObject', { Key: 'js/none' }), 'NotFound');
});
const call = (name, input) => pools.send(new idp.module[`${name}Command`](input));
await test('a person of a pool', async () => {
  const of = { UserPoolId: judged.Pool, Username: 'js' };
  const made = await call('AdminCreateUser', { ...of, MessageAction: 'SUPPRESS', UserAttributes: [{ Name: 'email', Value: 'js@example.com' }] });
  assert.ok(made.User.UserCreateDate instanceof Date);
  await rejects(call('AdminCreateUser', { ...of, MessageAction: 'SUPPRESS' }), 'UsernameExistsException');
  await call('AdminSetUserPassword', { ...of, Password: 'Right-Password-1', Permanent: true });
  const { AuthenticationResult: tokens } = await call('AdminInitiateAuth', { UserPoolId: judged.Pool, ClientId: judged.Client, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 'js', PASSWORD: 'Right-Password-1' } });
  assert.equal((await call('GetUser', { AccessToken: tokens.AccessToken })).Username, 'js');
  await rejects(call('InitiateAuth', { ClientId: judged.Client, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 'js', PASSWORD: 'wrong' } }), 'NotAuthorizedException');
  await call('DeleteUser', { AccessToken: tokens.AccessToken });
});
await test('pages of people', async () => {
  for (let n = 0; n < 7; n++) await call('AdminCreateUser', { UserPoolId: judged.Pool, Username: `page${n}`, MessageAction: 'SUPPRESS' });
  const names = [];
  for await (const page of idp.module.paginateListUsers({ client: pools, pageSize: 3 }, { UserPoolId: judged.Pool, Filter: 'username ^= "page"' })) names.push(...page.Users.map((u) => u.Username));
  assert.equal(new Set(names).size, 7);
  for (const Username of names) await call('AdminDeleteUser', { UserPoolId: judged.Pool, Username });
});
await test('a stack', async () => {
  const { Stacks } = await cfn.send(new stacks.module.DescribeStacksCommand({ StackName: 'judged' }));
  assert.equal(Stacks[0].StackStatus, 'CREATE_COMPLETE');
  assert.ok(Stacks[0].CreationTime instanceof Date);
  await rejects(cfn.send(new stacks.module.DescribeStacksCommand({ StackName: 'none' })), 'ValidationError');
});
