import { requireCatalogue } from './shared/caller.js';
import { checkId, isGiven } from './shared/checks.js';
import { checkFault } from './shared/database.js';
import { conflict, notFound } from './shared/errors.js';
import { productKey } from './shared/keys.js';
import { areaOf, checkUpload } from './shared/picture.js';
import { changedMeanwhile, checkProductInput } from './shared/product.js';

// Step 1 of pipelines: the product as it is, at the version that the caller has read.
export function request(ctx) {
  requireCatalogue(ctx);
  const { id, input } = ctx.args;
  checkId('id', id);
  ctx.stash.made = [];
  if (isGiven(input)) {
    checkProductInput(input);
    if (isGiven(input.imgKey)) {
      const { sub } = ctx.identity;
      const upload = checkUpload(input.imgKey, sub);
      ctx.stash.make = { upload: input.imgKey, owner: sub, claim: `${id}.${ctx.args.version}.${upload}` };
    }
  }
  return { operation: 'GetItem', key: productKey(id), consistentRead: true };
}

export function response(ctx) {
  checkFault(ctx);
  const row = ctx.result;
  if (!row) {
    notFound('there is no such product');
  }
  if (row.version !== ctx.args.version) {
    conflict(changedMeanwhile);
  }
  ctx.stash.product = row;
  if (ctx.stash.make) {
    ctx.stash.make.area = areaOf(row);
  }
  return null;
}
