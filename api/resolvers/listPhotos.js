import { signedIn } from './shared/caller.js';
import { expression } from './shared/expression.js';
import { pageRequest } from './shared/page.js';
import { toPhotoConnection } from './shared/photos.js';

export function request(ctx) {
  signedIn(ctx);
  return {
    operation: 'Query',
    index: 'feed',
    query: expression('#feed = :feed', { feed: 'PHOTO' }),
    scanIndexForward: false,
    ...pageRequest(ctx.args),
  };
}

export function response(ctx) {
  return toPhotoConnection(ctx);
}
