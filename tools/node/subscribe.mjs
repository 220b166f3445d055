// Amplify's own subscriptions against an API with liveSchema of sandbox/appsync/realtime, whose test runs this:
//
//   node --import ./aws-hosts.mjs subscribe.mjs https://ID.appsync-api.REGION.amazonaws.com/graphql
//
// Both ways of signing in share one connection; each start is authorized by itself.
import assert from 'node:assert/strict';
import { Amplify } from 'aws-amplify';
import { CONNECTION_STATE_CHANGE, generateClient } from 'aws-amplify/api';
import { Hub } from 'aws-amplify/utils';

const [endpoint] = process.argv.slice(2);
const region = 'us-east-1';
let token = 'bob';
let credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };

Amplify.configure(
  { API: { GraphQL: { endpoint, region, defaultAuthMode: 'userPool' } } },
  {
    Auth: {
      tokenProvider: { getTokens: async () => ({ accessToken: { toString: () => token, payload: {} } }) },
      credentialsProvider: {
        getCredentialsAndIdentityId: async () => ({ credentials }),
        clearCredentialsAndIdentityId() {},
      },
    },
  },
);
const client = generateClient();

const states = [];
const acknowledged = [];
Hub.listen('api', ({ payload }) => {
  if (payload.event === CONNECTION_STATE_CHANGE) states.push(payload.data.connectionState);
  if (payload.event === 'Subscription ack') acknowledged.push(payload.data.query);
});

/** Waits until something holds. */
async function until(what, holds) {
  for (let i = 0; !holds(); i++) {
    assert.ok(i < 6000, `${what}: did not come about in a minute`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Subscribes, and collects what comes. */
function subscribe(query, authMode) {
  const got = { events: [], errors: [] };
  got.subscription = client.graphql({ query, authMode }).subscribe({
    next: ({ data }) => got.events.push(data),
    error: (error) => got.errors.push(error.errors?.[0]?.message ?? error.message),
  });
  return got;
}

const mutate = (fields) => client.graphql({ query: `mutation { note(${fields}) { id text } }` });

const user = subscribe('subscription { onNote { id text } }');
await until('the user is subscribed', () => acknowledged.length === 1);
assert.ok(states.includes('Connected'), `got ${states}, want Connected among them`);

const signer = subscribe('subscription { onNote { id } }', 'iam');
await until('the signer is subscribed', () => acknowledged.length === 2);

await mutate('id: "n1", text: "hello"');
await until('both have the event', () => user.events.length === 1 && signer.events.length === 1);
assert.deepEqual(user.events, [{ onNote: { id: 'n1', text: 'hello' } }]);
assert.deepEqual(signer.events, [{ onNote: { id: 'n1' } }]);

user.subscription.unsubscribe();
await mutate('id: "n2", text: "again"');
await until('the signer has the event', () => signer.events.length === 2);
assert.equal(user.events.length, 1, 'who has unsubscribed gets nothing');

const filtered = subscribe('subscription { onNote(owner: "bob") { id } }');
await until('the filtered one is subscribed', () => acknowledged.length === 3);
await client.graphql({ query: 'mutation { note(id: "n3", owner: "carol") { id owner } }' });
await client.graphql({ query: 'mutation { note(id: "n4", owner: "bob") { id owner } }' });
await until('the filtered one has its event', () => filtered.events.length === 1);
assert.deepEqual(filtered.events, [{ onNote: { id: 'n4' } }]);

// A refused start is told, and Amplify starts the connection anew for those that are there.
const refused = subscribe('subscription { onNoteForAdmins { id } }');
await until('the start is refused', () => refused.errors.length === 1);
assert.match(refused.errors[0], /Unauthorized/);
await until('the others are subscribed again', () => acknowledged.length === 5);
await mutate('id: "n5"');
await until('the signer has the event', () => signer.events.some(({ onNote }) => onNote.id === 'n5'));
signer.subscription.unsubscribe();
filtered.subscription.unsubscribe();
await until('the connection is closed', () => states.at(-1) === 'Disconnected');

// A connection that is refused is not tried again.
token = 'nobody';
const stranger = subscribe('subscription { onNote { id } }');
await until('the connection is refused', () => stranger.errors.length === 1);
assert.match(stranger.errors[0], /UnauthorizedException/);

console.log('ok');
process.exit(0);
