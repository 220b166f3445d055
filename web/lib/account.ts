import { signOut } from 'aws-amplify/auth';
import { DeleteAccountDocument, LinkIdentityDocument } from '@/graphql/generated';
import { send } from './api';

const linked = 'lightbox.linked';

/**
 * Has the backend note which identity of the identity pool a user has, once a session of the browser: whoever deletes the
 * account finds the files by it. Nobody is told when that fails, and the next page tries again.
 */
export async function linkIdentity(sub: string): Promise<void> {
  try {
    if (sessionStorage.getItem(linked) !== sub) {
      await link();
      sessionStorage.setItem(linked, sub);
    }
  } catch {
    // It is not what the user came for.
  }
}

async function link() {
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
