import { signedIn } from './shared/caller.js';
import { checkPhotoId } from './shared/checks.js';
import { checkFault } from './shared/database.js';
import { photoKey } from './shared/keys.js';
import { toPhotoSeenBy } from './shared/photo.js';

export function request(ctx) {
  signedIn(ctx);
  checkPhotoId('id', ctx.args.id);
  return { operation: 'GetItem', key: photoKey(ctx.args.id), consistentRead: true };
}

export function response(ctx) {
  checkFault(ctx);
  const row = ctx.result;
  return row && !row.hidden ? toPhotoSeenBy(ctx, row, signedIn(ctx).sub) : null;
}
