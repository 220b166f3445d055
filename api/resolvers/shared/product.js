import { badRequest } from './errors.js';
import { checkLength, isGiven } from './checks.js';
import { checkCurrency } from './currency.js';
import { conditionFailed } from './database.js';
import { mainKey, refuse } from './files.js';
import { drafts, hasPicture, jpegKey, liveProducts, toPicture, toPublicPicture } from './picture.js';

const largestInt = 2147483647;

/** The Product of a row that is live. */
export function toLive(ctx, row) {
  return { ...common(row), isLive: true, imgKey: mainKey(row.id), picture: toPublicPicture(ctx, row, liveProducts) };
}

/** The Product of a row that is a draft, which may have no picture. */
export function toDraft(row) {
  const draft = { ...common(row), isLive: false };
  return hasPicture(row) ? { ...draft, imgKey: jpegKey(row, drafts), picture: toPicture(row, drafts) } : draft;
}

/** The Product of a row of the table. */
export function toProduct(ctx, row) {
  return row.state === 'LIVE' ? toLive(ctx, row) : toDraft(row);
}

function common(row) {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    price: row.price,
    currency: row.currency,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** BadRequest for a ProductInput that breaks a rule, its imgKey apart: whose that is depends on the caller. */
export function checkProductInput(input) {
  checkLength('name', input.name, 1, 200);
  if (isGiven(input.description)) {
    checkLength('description', input.description, 0, 5000);
  }
  if (input.price < 0 || input.price > largestInt) {
    badRequest(`price must be 0 to ${largestInt}, in minor units`);
  }
  checkCurrency(input.currency);
}

/** What to say of a product at another version, or in another state. */
export const changedMeanwhile = 'the product has another version or state by now: read it again';

/** Whether a write was refused by its condition. The last step of its pipeline ends the call with the error. */
export function refused(ctx) {
  if (!conditionFailed(ctx)) {
    return false;
  }
  if (ctx.result) {
    refuse(ctx, 'Conflict', changedMeanwhile, ctx.result);
  } else {
    refuse(ctx, 'NotFound', 'there is no such product', {});
  }
  return true;
}
