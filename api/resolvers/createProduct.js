import { util } from '@aws-appsync/utils';
import { isGiven } from './shared/checks.js';
import { productKey } from './shared/keys.js';
import { pictureOf } from './shared/picture.js';
import { refused, toDraft } from './shared/product.js';

// Step 4 of 5.
export function request(ctx) {
  const { input } = ctx.args;
  const now = util.time.nowISO8601();
  const picture = ctx.stash.make ? pictureOf(ctx) : {};
  const row = {
    state: 'DRAFT',
    name: input.name,
    price: input.price,
    currency: input.currency,
    version: 1,
    createdAt: now,
    updatedAt: now,
    ...picture,
  };
  if (isGiven(input.description)) {
    row.description = input.description;
  }
  return {
    operation: 'PutItem',
    key: productKey(ctx.stash.id),
    attributeValues: util.dynamodb.toMapValues(row),
    condition: { expression: 'attribute_not_exists(id)' },
  };
}

// A product of the same upload is there already, as it was made, when the call before had no answer: it is what was asked for.
export function response(ctx) {
  const row = ctx.result;
  if (refused(ctx)) {
    if (!row || row.version !== 1 || row.upload !== ctx.stash.upload) {
      return null;
    }
    ctx.stash.refusal = null;
  }
  return toDraft(row);
}
