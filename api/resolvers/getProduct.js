import { writesCatalogue } from './shared/caller.js';
import { checkId } from './shared/checks.js';
import { checkFault } from './shared/database.js';
import { productKey } from './shared/keys.js';
import { toProduct } from './shared/product.js';

export function request(ctx) {
  checkId('id', ctx.args.id);
  return { operation: 'GetItem', key: productKey(ctx.args.id), consistentRead: true };
}

// A draft is null to everybody who does not write the catalogue, exactly as a product that does not exist.
export function response(ctx) {
  checkFault(ctx);
  const row = ctx.result;
  if (!row || (row.state !== 'LIVE' && !writesCatalogue(ctx))) {
    return null;
  }
  return toProduct(ctx, row);
}
