import { Amplify } from 'aws-amplify';
import { signIn, signOut } from 'aws-amplify/auth';
import * as storage from 'aws-amplify/storage';
import { throughTheBridge } from '../seed/sandbox.mjs';
import type { Person } from './sandbox';
import { sandboxHTTP } from './where';

let bridged = false;

/** Does something with the storage client outside of any page, signed in as a person. */
export async function asPerson(person: Person, outputs: object, act: (client: typeof storage) => Promise<void>) {
  if (!bridged) {
    throughTheBridge(sandboxHTTP);
    bridged = true;
  }
  Amplify.configure(outputs);
  await signIn({ username: person.name, password: person.password });
  try {
    await act(storage);
  } finally {
    await signOut();
  }
}
