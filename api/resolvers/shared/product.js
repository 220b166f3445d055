import { badRequest, conflict, notFound } from './errors.js';
import { checkLength, isGiven } from './checks.js';
import { checkCurrency } from './currency.js';
import { conditionFailed } from './database.js';

const largestInt = 2147483647;

/** The Product of a row of the table. */
export function toProduct(row) {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    price: row.price,
    currency: row.currency,
    isLive: row.state === 'LIVE',
    imgKey: row.imgKey,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** BadRequest for a ProductInput that breaks a rule, its imgKey apart: where that may lie depends on the product. */
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

/** Ends with the error of a write whose condition failed, if it did. */
export function checkProductWrite(ctx) {
  if (!conditionFailed(ctx)) {
    return;
  }
  if (!ctx.result) {
    notFound('there is no such product');
  }
  conflict('the product has another version or state by now: read it again');
}
