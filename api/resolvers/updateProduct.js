import { util } from '@aws-appsync/utils';
import { requireCatalogue } from './shared/caller.js';
import { checkId, isGiven } from './shared/checks.js';
import { expression } from './shared/expression.js';
import { productKey } from './shared/keys.js';
import { checkPicture, drafts, liveProducts } from './shared/picture.js';
import { checkProductInput, checkProductWrite, toProduct } from './shared/product.js';

export function request(ctx) {
  requireCatalogue(ctx);
  const { id, version, input } = ctx.args;
  checkId('id', id);
  checkProductInput(input);

  let set = 'SET #name = :name, #price = :price, #currency = :currency, #updatedAt = :now';
  let remove = '';
  let condition = '#version = :version';
  const values = {
    name: input.name,
    price: input.price,
    currency: input.currency,
    now: util.time.nowISO8601(),
    one: 1,
  };
  const expected = { version };
  if (isGiven(input.description)) {
    set += ', #description = :description';
    values.description = input.description;
  } else if (input.description === null) {
    remove = ' REMOVE #description';
  }
  if (isGiven(input.imgKey)) {
    // A live product's picture is public and a draft's is not: the key decides in which state the write may happen.
    const isPublic = input.imgKey.startsWith(liveProducts);
    checkPicture(input.imgKey, isPublic ? liveProducts : drafts);
    set += ', #imgKey = :imgKey';
    values.imgKey = input.imgKey;
    condition += ' AND #state = :state';
    expected.state = isPublic ? 'LIVE' : 'DRAFT';
  }
  return {
    operation: 'UpdateItem',
    key: productKey(id),
    update: expression(`${set}${remove} ADD #version :one`, values),
    condition: expression(condition, expected),
  };
}

export function response(ctx) {
  checkProductWrite(ctx);
  return toProduct(ctx.result);
}
