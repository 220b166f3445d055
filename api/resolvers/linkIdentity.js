import { util } from '@aws-appsync/utils';
import { signedInIdentity } from './shared/caller.js';
import { checkFault } from './shared/database.js';
import { expression } from './shared/expression.js';
import { identityKey } from './shared/keys.js';

// Who the caller is in the user pool and in the identity pool, as their credentials say: no argument says anything.
export function request(ctx) {
  const { sub, identityId } = signedInIdentity(ctx);
  return {
    operation: 'UpdateItem',
    key: identityKey(sub, identityId),
    update: expression('SET #createdAt = if_not_exists(#createdAt, :now), #seenAt = :now', { now: util.time.nowISO8601() }),
  };
}

export function response(ctx) {
  checkFault(ctx);
  return true;
}
