import { moderates, signedIn } from './shared/caller.js';
import { failedConditions } from './shared/database.js';
import { conflict, unauthorized } from './shared/errors.js';
import { expression } from './shared/expression.js';
import { photoKey, profileKey } from './shared/keys.js';

// Step 2 of 2: the photo is what step 1 read, and the write's conditions hold what it relies on.
export function request(ctx) {
  const photo = ctx.prev.result;
  const { folder, bytes } = ctx.stash.photo;
  const owner = moderates(ctx) ? photo.owner : signedIn(ctx).sub;
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'DeleteItem',
        key: photoKey(photo.id),
        condition: expression('#photoOwner = :owner AND #likeCount = :likes AND #folder = :folder', {
          owner,
          likes: photo.likeCount,
          folder,
        }),
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'UpdateItem',
        key: profileKey(photo.owner),
        update: expression('ADD #photoCount :photos, #likeCount :likes, #bytes :bytes', {
          photos: -1,
          likes: 0 - photo.likeCount,
          bytes: 0 - bytes,
        }),
      },
    ],
  };
}

// Nobody hears of a photo that was hidden: an answer of null is no event.
export function response(ctx) {
  const photo = ctx.prev.result;
  const [failed] = failedConditions(ctx);
  if (failed) {
    if (!moderates(ctx) && photo.owner !== signedIn(ctx).sub) {
      unauthorized('only its owner and moderators may delete a photo');
    }
    conflict('the photo was liked, unliked, made anew or deleted in the same moment: try again');
  }
  return ctx.stash.photo.hidden ? null : photo;
}
