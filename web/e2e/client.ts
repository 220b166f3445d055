import { Amplify } from 'aws-amplify';
import { generateClient } from 'aws-amplify/api';
import { fetchAuthSession, signIn, signOut } from 'aws-amplify/auth';
import * as storage from 'aws-amplify/storage';
import { throughTheBridge } from '../seed/sandbox.mjs';
import type { Person } from './sandbox';
import { sandboxHTTP } from './where';

let bridged = false;

/** What the API answers to a query or mutation: the one field of its data. */
export type Ask = (query: string, variables?: object) => Promise<any>;

/** Does something with the clients of storage and API outside of any page, signed in as a person. */
export async function asPerson(person: Person, outputs: object, act: (client: typeof storage, ask: Ask) => Promise<void>) {
  if (!bridged) {
    throughTheBridge(sandboxHTTP);
    bridged = true;
  }
  Amplify.configure(outputs);
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
