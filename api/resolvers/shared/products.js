import { expression } from './expression.js';
import { pageRequest, pageRows } from './page.js';
import { toProduct } from './product.js';

/** Queries the products of a state, LIVE or DRAFT, newest first. */
export function queryProducts(ctx, state) {
  return {
    operation: 'Query',
    index: 'byState',
    query: expression('#state = :state', { state }),
    scanIndexForward: false,
    ...pageRequest(ctx.args),
  };
}

/** The ProductConnection of what the query answered. */
export function toProductConnection(ctx) {
  return { items: pageRows(ctx).map((row) => toProduct(row)), nextToken: ctx.result.nextToken };
}
