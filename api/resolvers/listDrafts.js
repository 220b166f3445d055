import { requireCatalogue } from './shared/caller.js';
import { pageRows } from './shared/page.js';
import { toDraft } from './shared/product.js';
import { queryProducts } from './shared/products.js';

export function request(ctx) {
  requireCatalogue(ctx);
  return queryProducts(ctx, 'DRAFT');
}

export function response(ctx) {
  return { items: pageRows(ctx).map((row) => toDraft(row)), nextToken: ctx.result.nextToken };
}
