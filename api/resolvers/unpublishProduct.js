import { util } from '@aws-appsync/utils';
import { expression } from './shared/expression.js';
import { productKey } from './shared/keys.js';
import { refused } from './shared/product.js';

// Step 3 of 4.
export function request(ctx) {
  const { folder, version } = ctx.stash;
  return {
    operation: 'UpdateItem',
    key: productKey(ctx.args.id),
    update: expression('SET #state = :draft, #folder = :folder, #updatedAt = :now ADD #version :one', {
      draft: 'DRAFT',
      folder,
      now: util.time.nowISO8601(),
      one: 1,
    }),
    condition: expression('#version = :version AND #state = :live', { version, live: 'LIVE' }),
  };
}

// No more than this: guests are subscribed to it.
export function response(ctx) {
  if (refused(ctx)) {
    return null;
  }
  return { id: ctx.args.id, wasLive: true };
}
