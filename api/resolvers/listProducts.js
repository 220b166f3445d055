import { pageRows } from './shared/page.js';
import { toLive } from './shared/product.js';
import { queryProducts } from './shared/products.js';

export function request(ctx) {
  return queryProducts(ctx, 'LIVE');
}

export function response(ctx) {
  return { items: pageRows(ctx).map((row) => toLive(ctx, row)), nextToken: ctx.result.nextToken };
}
