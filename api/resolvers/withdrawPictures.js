import { drafts } from './shared/picture.js';
import { copyPictures, keepCopy } from './shared/move.js';

// Step 2: the pictures are copied to where admins see them alone.
export function request(ctx) {
  return copyPictures(ctx, drafts);
}

export function response(ctx) {
  keepCopy(ctx);
  return null;
}
