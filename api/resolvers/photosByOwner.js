import { signedIn } from './shared/caller.js';
import { checkId } from './shared/checks.js';
import { expression } from './shared/expression.js';
import { pageRequest } from './shared/page.js';
import { toPhotoConnection } from './shared/photos.js';

export function request(ctx) {
  signedIn(ctx);
  checkId('owner', ctx.args.owner);
  return {
    operation: 'Query',
    index: 'byOwner',
    query: expression('#photoOwner = :owner', { owner: ctx.args.owner }),
    scanIndexForward: false,
    ...pageRequest(ctx.args),
  };
}

export function response(ctx) {
  return toPhotoConnection(ctx);
}
