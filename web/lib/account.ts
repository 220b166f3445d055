import { signOut } from 'aws-amplify/auth';
import { DeleteAccountDocument, LinkIdentityDocument } from '@/graphql/generated';
import { send } from './api';

/** Has the backend note which identity of the identity pool a user has: whoever deletes the account finds the files by it. */
export async function link() {
  await send(LinkIdentityDocument, {}, 'identity');
}

/**
 * Deletes the account of whoever is signed in, and signs them out everywhere. The identity is noted first, and here it has
 * to be, or files would stay. When it fails nothing is deleted, or all will be, and one can try again.
 */
export async function leaveForGood(): Promise<void> {
  await link();
  await send(DeleteAccountDocument, {});
  await signOut({ global: true });
}
