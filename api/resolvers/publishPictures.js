import { badRequest } from './shared/errors.js';
import { hasPicture, liveProducts } from './shared/picture.js';
import { copyPictures, keepCopy } from './shared/move.js';

// Step 2: the pictures are copied to where everybody sees them.
export function request(ctx) {
  if (!hasPicture(ctx.stash.product)) {
    badRequest('the product needs a picture: give it one by updateProduct first');
  }
  return copyPictures(ctx, liveProducts);
}

export function response(ctx) {
  keepCopy(ctx);
  return null;
}
