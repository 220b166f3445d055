import { util } from '@aws-appsync/utils';
import { requireCatalogue } from './shared/caller.js';
import { checkId } from './shared/checks.js';
import { expression } from './shared/expression.js';
import { productKey } from './shared/keys.js';
import { checkPicture, liveProducts } from './shared/picture.js';
import { checkProductWrite, toProduct } from './shared/product.js';

export function request(ctx) {
  requireCatalogue(ctx);
  const { id, version, imgKey } = ctx.args;
  checkId('id', id);
  checkPicture(imgKey, liveProducts);
  return {
    operation: 'UpdateItem',
    key: productKey(id),
    update: expression('SET #state = :live, #imgKey = :imgKey, #updatedAt = :now ADD #version :one', {
      live: 'LIVE',
      imgKey,
      now: util.time.nowISO8601(),
      one: 1,
    }),
    condition: expression('#version = :version AND #state = :draft', { version, draft: 'DRAFT' }),
  };
}

export function response(ctx) {
  checkProductWrite(ctx);
  return toProduct(ctx.result);
}
