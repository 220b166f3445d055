// The backend that scripts try: Amplify configured for it, people of it, and its administrator.
//
// The first argument names amplify_outputs.json. LIGHTBOX_HTTP is the sandbox's endpoint, which has the inbox.
import { readFileSync } from 'node:fs';
import { AdminAddUserToGroupCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { Amplify } from 'aws-amplify';
import { generateClient } from 'aws-amplify/api';
import { confirmSignUp, fetchAuthSession, signIn, signOut, signUp } from 'aws-amplify/auth';
import { Hub } from 'aws-amplify/utils';
import sharp from 'sharp';
import { describe, until } from './steps.mjs';

const [where = 'web/amplify_outputs.json'] = process.argv.slice(2);
export const outputs = JSON.parse(readFileSync(where, 'utf8'));
export const region = outputs.auth.aws_region;
export const bucket = outputs.storage.bucket_name;
export const cdn = outputs.custom.cdn.url;
export const endpoint = `http://${process.env.LIGHTBOX_HTTP ?? '127.0.0.1:4566'}`;

/** The sandbox's administrator: a key that is no secret. */
export const administrator = {
  region,
  credentials: { accessKeyId: 'AKIALIGHTBOXSANDBOX0', secretAccessKey: 'lightbox-sandbox-secret-key-not-a-secret' },
};
const pools = new CognitoIdentityProviderClient(administrator);

// What browsers have, Node has not, and Amplify uses for uploads in parts.
globalThis.FileReader ??= class {
  async readAsArrayBuffer(blob) {
    this.result = await blob.arrayBuffer();
    this.onload();
  }
};

Amplify.configure(outputs);
export const client = generateClient();
export const password = 'Correct-horse-7-battery';

/** The answer's data. Guests ask with authMode identityPool. */
export async function ask(query, variables = {}, authMode = 'userPool') {
  return (await client.graphql({ query, variables, authMode })).data;
}

/** The last code that was mailed to a user for a purpose, as in SignUp. */
export async function code(username, purpose) {
  return until(`a mail to ${username} for ${purpose}`, async () => {
    const letters = await (await fetch(`${endpoint}/_lightbox/mail`)).json();
    return letters.find((letter) => letter.username === username && letter.purpose === purpose)?.code;
  });
}

/** A name that nobody has. */
export const someone = (name) => `${name}-${Math.random().toString(36).slice(2, 8)}`;

/** Signs a new user up, confirms and signs in. */
export async function join(username) {
  await signUp({ username, password, options: { userAttributes: { email: `${username}@example.com` } } });
  await confirmSignUp({ username, confirmationCode: await code(username, 'SignUp') });
  return enter(username);
}

/** Signs a user in, instead of whoever is; returns who that is. */
export async function enter(username) {
  await signOut();
  const { isSignedIn, nextStep } = await signIn({ username, password });
  if (!isSignedIn) throw new Error(`${username}: got the next step ${nextStep.signInStep}, want to be signed in`);
  return me();
}

/** Who is signed in: the user's sub, the identity, tokens and credentials. */
export async function me(options) {
  const { tokens, identityId, credentials, userSub } = await fetchAuthSession(options);
  return { sub: userSub, identityId, credentials, tokens };
}

/** Makes a user an admin; it counts from the next sign-in. */
export const promote = (username) =>
  pools.send(new AdminAddUserToGroupCommand({ UserPoolId: outputs.auth.user_pool_id, Username: username, GroupName: 'Admins' }));

const acknowledged = [];
Hub.listen('api', ({ payload }) => {
  if (payload.event === 'Subscription ack') acknowledged.push(payload.data.query);
});

/** Subscribes, and returns when that is acknowledged; events collect in the result's list. */
export async function subscribe(query, variables = {}, authMode = 'userPool') {
  const events = [];
  let fault;
  const before = acknowledged.length;
  const subscription = client.graphql({ query, variables, authMode }).subscribe({
    next: ({ data }) => events.push(data),
    error: (error) => (fault = error),
  });
  await until('the acknowledgement', () => {
    if (fault) throw new Error(describe(fault));
    return acknowledged.length > before;
  });
  return { events, stop: () => subscription.unsubscribe() };
}

/** A new key in a folder. */
export const file = (folder) => `${folder}/${crypto.randomUUID()}.jpg`;

/** A new key for what a picture of a user is made of. */
export const uploadOf = (sub) => `uploads/${sub}/${crypto.randomUUID()}`;

/** A photo as a phone takes it: on its side, with the place in it, and in another space of colours. */
export async function photograph(width = 1600, height = 1200) {
  const place = { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1', GPSLongitudeRef: 'E', GPSLongitude: '13/1 24/1 18/1' };
  const colours = { create: { width, height, channels: 3, background: { r: 200, g: 90, b: 40 } } };
  const told = sharp(colours).withExif({ IFD0: { Make: 'A phone' }, IFD3: place }).withMetadata({ orientation: 6 }).withIccProfile('p3');
  return told.jpeg().toBuffer();
}

/** The fields of a picture. */
export const pictureFields = 'picture { width height placeholder renditions { width format key url } }';
