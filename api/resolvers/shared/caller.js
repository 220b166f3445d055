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

/** Whether the caller's token says the group. */
function isIn(ctx, group) {
  return !!ctx.identity && !!ctx.identity.groups && ctx.identity.groups.includes(group);
}

/** Whether the caller may write the catalogue, and so see its drafts. */
export function writesCatalogue(ctx) {
  return isIn(ctx, 'Admins');
}

/** Whether the caller may remove what others posted. */
export function moderates(ctx) {
  return isIn(ctx, 'Admins');
}

/** Unauthorized for everybody but who writes the catalogue. The schema's directive says the same; this is the second lock. */
export function requireCatalogue(ctx) {
  if (!writesCatalogue(ctx)) {
    unauthorized('only those who write the catalogue may do this');
  }
}
