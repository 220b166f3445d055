import { fetchAuthSession } from 'aws-amplify/auth';
import { faultOf } from './faults';

/** Who is signed in, as the tokens say it. */
export type User = {
  /** The user pool's id of the user; the owner of photos and comments. */
  sub: string;
  username: string;
  email: string | undefined;
  admin: boolean;
  groups: string[];
};

export type Session =
  | { status: 'loading' }
  | { status: 'guest' }
  /** A user, or one whose session ended by itself: what they typed is still there, and they sign in again beside it. */
  | { status: 'user'; user: User; ended?: true };

/** What the pages show once `now` was read: a user who did not leave stays where they were, with a session that ended. */
export function follow(before: Session, now: Session, left: boolean): Session {
  return before.status === 'user' && now.status === 'guest' && !left ? { ...before, ended: true } : now;
}

/**
 * Reads who is signed in, renewing the tokens when they are old. Somebody whose session was ended is a guest; undefined
 * while there is no network to tell.
 */
export async function readSession(): Promise<Session | undefined> {
  const { tokens, offline } = await fetchAuthSession().then(
    ({ tokens }) => ({ tokens, offline: false }),
    (thrown) => ({ tokens: undefined, offline: faultOf(thrown).kind === 'Offline' }),
  );
  if (!tokens) {
    return offline ? undefined : { status: 'guest' };
  }
  return { status: 'user', user: userOf(tokens.accessToken.payload, tokens.idToken?.payload ?? {}) };
}

/** The user of a pair of tokens. The API looks at the groups of the access token, and so do the pages. */
export function userOf(access: Record<string, unknown>, id: Record<string, unknown>): User {
  const listed = access['cognito:groups'];
  const groups = Array.isArray(listed) ? listed.filter((group) => typeof group === 'string') : [];
  return {
    sub: String(access.sub ?? ''),
    username: String(access.username ?? id['cognito:username'] ?? ''),
    email: typeof id.email === 'string' ? id.email : undefined,
    admin: groups.includes('Admins'),
    groups,
  };
}

// The pages' own addresses: folders of words. No dot, no backslash, nothing encoded, and never two slashes in a row.
const ownPath = /^(\/[\w-]+)*\/?$/;

/**
 * A page of this site to go to after signing in; the front page for anything else. What counts is where the browser would
 * end: an address is resolved as it resolves one, which drops tabs, turns backslashes around and walks dots, and what comes
 * out must be ours. https://url.spec.whatwg.org/#url-parsing
 */
export function nextPage(asked: string | null, origin: string): string {
  if (!asked?.startsWith('/') || !URL.canParse(asked, origin)) {
    return '/';
  }
  const { origin: at, pathname, search } = new URL(asked, origin);
  return at === origin && ownPath.test(pathname) ? pathname + search : '/';
}
