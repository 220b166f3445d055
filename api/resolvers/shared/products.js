import { expression } from './expression.js';
import { pageRequest } from './page.js';

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
