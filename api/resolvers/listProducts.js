import { queryProducts, toProductConnection } from './shared/products.js';

export function request(ctx) {
  return queryProducts(ctx, 'LIVE');
}

export function response(ctx) {
  return toProductConnection(ctx);
}
