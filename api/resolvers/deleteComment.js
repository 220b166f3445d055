import { moderates, signedIn } from './shared/caller.js';
import { failedConditions } from './shared/database.js';
import { notFound, unauthorized } from './shared/errors.js';
import { expression } from './shared/expression.js';
import { claimedOwner, commentKey, photoKey } from './shared/keys.js';
import { isShown } from './shared/shown.js';

// Step 2 of 2: the comment that step 1 read, and one less on its photo.
export function request(ctx) {
  const { photoId, id } = ctx.args;
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'DeleteItem',
        key: commentKey(photoId, id),
        condition: moderates(ctx)
          ? { expression: 'attribute_exists(photoId)' }
          : expression('#owner = :me OR #onPhotoOf = :me', { me: signedIn(ctx).sub }),
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'UpdateItem',
        key: photoKey(photoId),
        update: expression('ADD #commentCount :minusOne', { minusOne: -1 }),
        condition: isShown(photoId),
      },
    ],
  };
}

// A deleted comment goes to subscribers as it was, but without its text.
export function response(ctx) {
  const comment = ctx.prev.result;
  const [failed, photo] = failedConditions(ctx);
  if (photo) {
    notFound('there is no such photo');
  }
  if (failed) {
    const { sub } = signedIn(ctx);
    if (!moderates(ctx) && sub !== comment.owner && sub !== claimedOwner(ctx.args.photoId)) {
      unauthorized('only its author, the owner of the photo and moderators may delete a comment');
    }
    notFound('there is no such comment');
  }
  return { ...comment, text: null };
}
