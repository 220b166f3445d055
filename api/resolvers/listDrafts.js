import { requireAdmin } from './shared/caller.js';
import { queryProducts, toProductConnection } from './shared/products.js';

export function request(ctx) {
  requireAdmin(ctx);
  return queryProducts(ctx, 'DRAFT');
}

export function response(ctx) {
  return toProductConnection(ctx);
}
