import { util } from '@aws-appsync/utils';
import { isGiven } from './shared/checks.js';
import { expression } from './shared/expression.js';
import { productKey } from './shared/keys.js';
import { areaOf, jpegKey, liveProducts, pictureOf } from './shared/picture.js';
import { refused, toProduct } from './shared/product.js';

// Step 4 of 6: the product's state is what step 1 read, as its version is, and so where its picture was made.
export function request(ctx) {
  const { id, version, input } = ctx.args;
  let set = 'SET #name = :name, #price = :price, #currency = :currency, #updatedAt = :now';
  let drop = '';
  let values = {
    name: input.name,
    price: input.price,
    currency: input.currency,
    now: util.time.nowISO8601(),
    one: 1,
  };
  if (isGiven(input.description)) {
    set += ', #description = :description';
    values.description = input.description;
  } else if (input.description === null) {
    drop = ' REMOVE #description';
  }
  if (ctx.stash.make) {
    const picture = pictureOf(ctx);
    Object.keys(picture).forEach((name) => {
      set += `, #${name} = :${name}`;
    });
    values = { ...values, ...picture };
  }
  return {
    operation: 'UpdateItem',
    key: productKey(id),
    update: expression(`${set}${drop} ADD #version :one`, values),
    condition: expression('#version = :version AND #state = :state', { version, state: ctx.stash.product.state }),
  };
}

export function response(ctx) {
  if (refused(ctx)) {
    return null;
  }
  const row = ctx.result;
  if (ctx.stash.make && areaOf(row) === liveProducts) {
    ctx.stash.main = jpegKey(row, liveProducts);
  }
  return toProduct(ctx, row);
}
