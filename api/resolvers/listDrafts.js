import { requireCatalogue } from './shared/caller.js';
import { queryProducts, toProductConnection } from './shared/products.js';

export function request(ctx) {
  requireCatalogue(ctx);
  return queryProducts(ctx, 'DRAFT');
}

export function response(ctx) {
  return toProductConnection(ctx);
}
