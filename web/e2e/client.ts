import { Amplify } from 'aws-amplify';
import { generateClient } from 'aws-amplify/api';
import { fetchAuthSession, signIn, signOut } from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import * as storage from 'aws-amplify/storage';
import { throughTheBridge } from '../seed/sandbox.mjs';
import type { Person } from './sandbox';
import { sandboxHTTP } from './where';

let bridged = false;

// What Amplify's client keeps of who is signed in, as it does in a browser's localStorage.
const kept = new Map<string, string>();

/** Makes Amplify's client in this process one of the deployment. */
function configure(outputs: object) {
  if (!bridged) {
    throughTheBridge(sandboxHTTP);
    bridged = true;
  }
  Amplify.configure(outputs);
  cognitoUserPoolsTokenProvider.setKeyValueStorage({
    getItem: async (key) => kept.get(key) ?? null,
    setItem: async (key, value) => void kept.set(key, value),
    removeItem: async (key) => void kept.delete(key),
    clear: async () => kept.clear(),
  });
}

/** What Amplify's client has in localStorage once a person is signed in. */
export async function sessionOf(person: Person, outputs: object): Promise<Record<string, string>> {
  configure(outputs);
  await signIn({ username: person.name, password: person.password });
  const session = Object.fromEntries(kept);
  kept.clear(); // and no sign-out, which would end it
  return session;
}

/** What the API answers to a query or mutation: the one field of its data. */
export type Ask = (query: string, variables?: object) => Promise<any>;

/** Does something with the clients of storage and API outside of any page, signed in as a person. */
export async function asPerson(person: Person, outputs: object, act: (client: typeof storage, ask: Ask) => Promise<void>) {
  configure(outputs);
  await signIn({ username: person.name, password: person.password });
  const client = generateClient({ authMode: 'userPool' }) as unknown as { graphql(request: object): Promise<{ data: object }> };
  try {
    await act(storage, async (query, variables = {}) => Object.values((await client.graphql({ query, variables })).data)[0]);
  } finally {
    await signOut();
  }
}

/** Sends what a picture is made of, as whoever is signed in, and answers its key. */
export async function uploaded(data: Buffer): Promise<string> {
  const path = `uploads/${(await fetchAuthSession()).userSub}/${crypto.randomUUID()}`;
  await storage.uploadData({ path, data }).result;
  return path;
}
