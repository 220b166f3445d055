import { signedIn } from './shared/caller.js';
import { checkPhotoId } from './shared/checks.js';
import { checkFault } from './shared/database.js';
import { notFound } from './shared/errors.js';
import { photoKey } from './shared/keys.js';
import { toPhoto } from './shared/photo.js';

// A step of pipelines: the photo that the step before created, or else the one that the field's arguments name. One that is
// hidden is not there.
export function request(ctx) {
  signedIn(ctx);
  const id = ctx.stash.photoId ?? ctx.args.photoId ?? ctx.args.id;
  checkPhotoId('the id of the photo', id);
  return { operation: 'GetItem', key: photoKey(id), consistentRead: true };
}

export function response(ctx) {
  checkFault(ctx);
  if (!ctx.result || ctx.result.hidden) {
    notFound('there is no such photo');
  }
  return toPhoto(ctx, ctx.result);
}
