import { requireCatalogue } from './shared/caller.js';
import { checkId } from './shared/checks.js';
import { conditionFailed } from './shared/database.js';
import { conflict, notFound } from './shared/errors.js';
import { expression } from './shared/expression.js';
import { productKey } from './shared/keys.js';
import { changedMeanwhile } from './shared/product.js';

export function request(ctx) {
  requireCatalogue(ctx);
  const { id, version } = ctx.args;
  checkId('id', id);
  return {
    operation: 'DeleteItem',
    key: productKey(id),
    condition: expression('#version = :version', { version }),
  };
}

// No more than this: guests are subscribed to it.
export function response(ctx) {
  if (conditionFailed(ctx)) {
    conflict(changedMeanwhile);
  }
  if (!ctx.result) {
    // To AppSync the delete of a row that is not there has succeeded, whatever its condition.
    notFound('there is no such product');
  }
  return { id: ctx.args.id, wasLive: ctx.result.state === 'LIVE' };
}
