import { unauthorized } from './errors.js';

// Who calls is read from the token alone, never from arguments or headers. A caller who signs with AWS credentials
// (guests, and everybody else by IAM) has neither a sub nor groups.

/** The caller's sub and user name; Unauthorized for a caller without a user-pool token. */
export function signedIn(ctx) {
  if (!ctx.identity || !ctx.identity.sub) {
    unauthorized('sign in with the user pool to do this');
  }
  return { sub: ctx.identity.sub, username: ctx.identity.username };
}

/** Whether the caller's token says Admins. */
export function isAdmin(ctx) {
  return !!ctx.identity && !!ctx.identity.groups && ctx.identity.groups.includes('Admins');
}

/** Unauthorized for everybody but Admins. The schema's directive says the same; this is the second lock. */
export function requireAdmin(ctx) {
  if (!isAdmin(ctx)) {
    unauthorized('only Admins may do this');
  }
}
