import { signedIn } from './shared/caller.js';
import { checkId } from './shared/checks.js';
import { checkFault } from './shared/database.js';
import { profileKey } from './shared/keys.js';

export function request(ctx) {
  signedIn(ctx);
  checkId('owner', ctx.args.owner);
  return { operation: 'GetItem', key: profileKey(ctx.args.owner), consistentRead: true };
}

export function response(ctx) {
  checkFault(ctx);
  const row = ctx.result;
  if (!row || row.leaving || row.blocked) {
    return null;
  }
  return { owner: ctx.args.owner, name: row.name, photoCount: row.photoCount, likeCount: row.likeCount };
}
