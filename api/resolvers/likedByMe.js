import { runtime } from '@aws-appsync/utils';
import { signedIn } from './shared/caller.js';
import { checkFault } from './shared/database.js';
import { likeKey } from './shared/keys.js';

// Only a query marks a photo with its viewer. In a mutation's result, which its subscribers share, the answer is null.
export function request(ctx) {
  const { sub } = signedIn(ctx);
  if (ctx.source.viewer !== sub) {
    runtime.earlyReturn(null);
  }
  return { operation: 'GetItem', key: likeKey(ctx.source.id, sub), consistentRead: true };
}

export function response(ctx) {
  checkFault(ctx);
  return !!ctx.result;
}
