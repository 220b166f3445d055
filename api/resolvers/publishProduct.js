import { util } from '@aws-appsync/utils';
import { expression } from './shared/expression.js';
import { productKey } from './shared/keys.js';
import { jpegKey, liveProducts } from './shared/picture.js';
import { refused, toLive } from './shared/product.js';

// Step 3 of 5.
export function request(ctx) {
  const { folder, version } = ctx.stash;
  return {
    operation: 'UpdateItem',
    key: productKey(ctx.args.id),
    update: expression('SET #state = :live, #folder = :folder, #updatedAt = :now ADD #version :one', {
      live: 'LIVE',
      folder,
      now: util.time.nowISO8601(),
      one: 1,
    }),
    condition: expression('#version = :version AND #state = :draft', { version, draft: 'DRAFT' }),
  };
}

export function response(ctx) {
  if (refused(ctx)) {
    return null;
  }
  const row = ctx.result;
  ctx.stash.main = jpegKey(row, liveProducts);
  return toLive(ctx, row);
}
