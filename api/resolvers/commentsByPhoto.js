import { toComment } from './shared/comment.js';
import { expression } from './shared/expression.js';
import { pageRequest, pageRows } from './shared/page.js';

// Step 2 of 2: step 1 has ended the field unless the caller is signed in and the photo exists.
export function request(ctx) {
  return {
    operation: 'Query',
    query: expression('#photoId = :photoId AND begins_with(#row, :comments)', {
      photoId: ctx.args.photoId,
      comments: 'COMMENT#',
    }),
    consistentRead: true,
    ...pageRequest(ctx.args),
  };
}

export function response(ctx) {
  return { items: pageRows(ctx).map((row) => toComment(row)), nextToken: ctx.result.nextToken };
}
