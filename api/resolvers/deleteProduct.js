import { requireCatalogue } from './shared/caller.js';
import { checkId } from './shared/checks.js';
import { notFound } from './shared/errors.js';
import { expression } from './shared/expression.js';
import { filesOfProduct, remove } from './shared/files.js';
import { productKey } from './shared/keys.js';
import { hasPicture } from './shared/picture.js';
import { refused } from './shared/product.js';

// Step 1 of 2.
export function request(ctx) {
  requireCatalogue(ctx);
  const { id, version } = ctx.args;
  checkId('id', id);
  ctx.stash.made = [];
  return {
    operation: 'DeleteItem',
    key: productKey(id),
    condition: expression('#version = :version', { version }),
  };
}

// No more than this: guests are subscribed to it.
export function response(ctx) {
  if (refused(ctx)) {
    return null;
  }
  if (!ctx.result) {
    // To AppSync the delete of a row that is not there has succeeded, whatever its condition.
    notFound('there is no such product');
  }
  if (hasPicture(ctx.result)) {
    remove(ctx, filesOfProduct(ctx.result), []);
  }
  return { id: ctx.args.id, wasLive: ctx.result.state === 'LIVE' };
}
