import { moderates, signedIn } from './shared/caller.js';
import { checkPhotoId } from './shared/checks.js';
import { checkFault } from './shared/database.js';
import { notFound } from './shared/errors.js';
import { photoKey } from './shared/keys.js';
import { toPhoto } from './shared/photo.js';

// Step 1 of 2: the photo. One that is hidden is there for those alone who may delete it.
export function request(ctx) {
  signedIn(ctx);
  checkPhotoId('id', ctx.args.id);
  return { operation: 'GetItem', key: photoKey(ctx.args.id), consistentRead: true };
}

export function response(ctx) {
  checkFault(ctx);
  const row = ctx.result;
  if (!row || (row.hidden && row.photoOwner !== signedIn(ctx).sub && !moderates(ctx))) {
    notFound('there is no such photo');
  }
  ctx.stash.photo = row;
  return toPhoto(ctx, row);
}
