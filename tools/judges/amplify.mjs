// Amplify, AWS's client for front ends, as it is on npm: node --import aws-hosts.mjs amplify.mjs FOLDER TOOLS.
// It knows AWS by its own names, which the preload moves to the front. A case of subscriptions leaves none behind, so that its
// connection ends with it.
import assert from 'node:assert/strict';
import { brought, judged, says, signedIn, test } from './judge.mjs';

const [, tools] = process.argv.slice(2);
const { module: { Amplify }, version } = await brought(tools, 'aws-amplify');
const of = async (entry) => (await brought(tools, 'aws-amplify', `aws-amplify/${entry}`)).module;
const auth = await of('auth');
const { generateClient, CONNECTION_STATE_CHANGE } = await of('api');
const { Hub } = await of('utils');
const { module: sdk } = await brought(tools, '@aws-sdk/client-cognito-identity-provider');
says(version);

const password = 'Right-Password-1';
const administration = new sdk.CognitoIdentityProviderClient({ region: 'us-east-1', endpoint: judged.Endpoint });
await signedIn(administration, sdk, 'amplify');
Amplify.configure({
  Auth: { Cognito: { userPoolId: judged.Pool, userPoolClientId: judged.Client, identityPoolId: judged.Identities, allowGuestAccess: true } },
  API: { GraphQL: { endpoint: judged.LiveURL, region: 'us-east-1', defaultAuthMode: 'userPool', apiKey: judged.Key } },
});
const api = generateClient();

const states = [];
const acknowledged = [];
Hub.listen('api', ({ payload }) => {
  if (payload.event === CONNECTION_STATE_CHANGE) states.push(payload.data.connectionState);
  if (payload.event === 'Subscription ack') acknowledged.push(payload.data.query);
});

/** Waits until something holds. */
async function until(what, holds) {
  for (let n = 0; !holds(); n++) {
    assert.ok(n < 1500, `${what}: did not come about in 15 seconds`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Refuses to be anything but an error with a name or a message like that. */
async function refused(promise, like) {
  await assert.rejects(promise, (error) => {
    assert.match(`${error.name}: ${error.message ?? ''} ${JSON.stringify(error.errors ?? '')}`, like);
    return true;
  });
}

const ask = async (query, variables, authMode) => (await api.graphql({ query, variables, authMode })).data;
const noteOf = (fields, selection = 'id text owner size') => ask(`mutation { note(${fields}) { ${selection} } }`);

/** Subscribes, and collects what comes until it is left. */
async function subscribed(query, authMode, variables) {
  const before = acknowledged.length;
  const got = { events: [], errors: [] };
  const subscription = api.graphql({ query, authMode, variables }).subscribe({
    next: ({ data }) => got.events.push(data.onNote ?? data.onMine),
    error: (error) => got.errors.push(error.errors?.[0]?.message ?? error.message),
  });
  got.leave = () => subscription.unsubscribe();
  await until('it is acknowledged or refused', () => acknowledged.length > before || got.errors.length > 0);
  return got;
}

/** A case of subscriptions: those that it has made are left, and the connection ends. */
function live(name, body) {
  const made = [];
  const begin = async (...args) => {
    const one = await subscribed(...args);
    made.push(one);
    return one;
  };
  return test(name, async () => {
    try {
      await body(begin);
    } finally {
      for (const one of made) one.leave();
      await until('the connection is closed', () => states.length === 0 || states.at(-1).startsWith('Disconnected') || states.at(-1).startsWith('ConnectionDisrupted'));
    }
  });
}

await test('credentials of a guest', async () => {
  const { credentials, identityId, tokens } = await auth.fetchAuthSession();
  assert.ok(credentials.sessionToken && identityId.startsWith('us-east-1:') && !tokens);
});
await test('a wrong password', () => refused(auth.signIn({ username: 'amplify', password: 'Wrong-Password-1' }), /NotAuthorizedException/));
await test('sign in by SRP', async () => {
  const { isSignedIn } = await auth.signIn({ username: 'amplify', password });
  assert.ok(isSignedIn);
  assert.equal((await auth.getCurrentUser()).username, 'amplify');
});
await test('credentials of a user', async () => {
  const { credentials, tokens, userSub } = await auth.fetchAuthSession({ forceRefresh: true });
  assert.ok(credentials.accessKeyId && tokens.idToken.payload['cognito:groups'].includes('Judges') && userSub);
});
await test('attributes', async () => {
  await auth.updateUserAttribute({ userAttribute: { attributeKey: 'name', value: 'A' } });
  const { name, email } = await auth.fetchUserAttributes();
  assert.deepEqual([name, email], ['A', 'amplify@example.com']);
  await auth.deleteUserAttributes({ userAttributeKeys: ['name'] });
  assert.equal((await auth.fetchUserAttributes()).name, undefined);
});
await test('a new password', () => auth.updatePassword({ oldPassword: password, newPassword: 'Other-Password-2' }));

for (const mode of ['userPool', 'apiKey', 'iam']) {
  await test(`a query by ${mode}`, async () => {
    const { plain } = await ask('query Of($id: ID!) { plain(id: $id) { id text } }', { id: mode }, mode);
    assert.deepEqual(plain, { id: mode, text: null });
  });
  await live(`a subscription by ${mode}`, async (subscribe) => {
    const one = await subscribe('subscription { onNote { id text } }', mode);
    assert.deepEqual(one.errors, []);
    await noteOf('id: "n1", text: "of ü and 😀", size: 3');
    await until('the event is there', () => one.events.length === 1);
    assert.deepEqual(one.events, [{ id: 'n1', text: 'of ü and 😀' }]);
  });
}
await test('a key that is none', async () => {
  Amplify.configure({ ...Amplify.getConfig(), API: { GraphQL: { ...Amplify.getConfig().API.GraphQL, apiKey: 'da2-none' } } });
  try {
    await refused(ask('query { plain(id: "x") { id } }', {}, 'apiKey'), /Unauthorized|401/);
  } finally {
    Amplify.configure({ ...Amplify.getConfig(), API: { GraphQL: { ...Amplify.getConfig().API.GraphQL, apiKey: judged.Key } } });
  }
});
await live('several subscriptions at once', async (subscribe) => {
  const all = [];
  for (const mode of ['userPool', 'apiKey', 'iam']) all.push(await subscribe('subscription { onNote { id size } }', mode));
  await noteOf('id: "n2", size: 7');
  await until('all have the event', () => all.every(({ events }) => events.length === 1));
  assert.deepEqual(all.map(({ events }) => events[0]), Array(3).fill({ id: 'n2', size: 7 }));
});
await live('one that is left gets nothing more', async (subscribe) => {
  const [left, stays] = [await subscribe('subscription { onNote { id } }'), await subscribe('subscription { onNote { id } }')];
  await noteOf('id: "n3"');
  await until('both have the event', () => left.events.length === 1 && stays.events.length === 1);
  left.leave();
  await noteOf('id: "n4"');
  await until('the other has the next', () => stays.events.length === 2);
  assert.equal(left.events.length, 1);
});
await live('arguments filter', async (subscribe) => {
  const bobs = await subscribe('subscription Of($owner: String) { onNote(owner: $owner) { id owner } }', 'userPool', { owner: 'bob' });
  await noteOf('id: "n5", owner: "carol"');
  await noteOf('id: "n6", owner: "bob"');
  await until('the event is there', () => bobs.events.length > 0);
  assert.deepEqual(bobs.events, [{ id: 'n6', owner: 'bob' }]);
});
await live('a field that the mutation did not select is null', async (subscribe) => {
  const one = await subscribe('subscription { onNote { id text } }');
  await noteOf('id: "n7", text: "there"', 'id');
  await until('the event is there', () => one.events.length === 1);
  assert.deepEqual(one.events, [{ id: 'n7', text: null }]);
});
await live('a field that a key may not subscribe to', async (subscribe) => {
  const one = await subscribe('subscription { onMine { id } }', 'apiKey');
  assert.match(one.errors.join(), /Unauthorized/);
});
await live('a field that there is none of', async (subscribe) => {
  const one = await subscribe('subscription { onNothing { id } }');
  assert.match(one.errors.join(), /onNothing/);
});
await test('sign out everywhere', async () => {
  await auth.signOut({ global: true });
  await refused(auth.getCurrentUser(), /UserUnAuthenticated/);
});
await administration.send(new sdk.AdminDeleteUserCommand({ UserPoolId: judged.Pool, Username: 'amplify' }));
process.exit(0);
