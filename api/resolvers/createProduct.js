import { util } from '@aws-appsync/utils';
import { requireCatalogue } from './shared/caller.js';
import { isGiven } from './shared/checks.js';
import { productKey } from './shared/keys.js';
import { checkPicture, drafts } from './shared/picture.js';
import { checkProductInput, checkProductWrite, toProduct } from './shared/product.js';

export function request(ctx) {
  requireCatalogue(ctx);
  const { input } = ctx.args;
  checkProductInput(input);

  const now = util.time.nowISO8601();
  const row = {
    state: 'DRAFT',
    name: input.name,
    price: input.price,
    currency: input.currency,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  if (isGiven(input.description)) {
    row.description = input.description;
  }
  if (isGiven(input.imgKey)) {
    checkPicture(input.imgKey, drafts);
    row.imgKey = input.imgKey;
  }
  return {
    operation: 'PutItem',
    key: productKey(util.autoId()),
    attributeValues: util.dynamodb.toMapValues(row),
    condition: { expression: 'attribute_not_exists(id)' },
  };
}

export function response(ctx) {
  checkProductWrite(ctx);
  return toProduct(ctx.result);
}
