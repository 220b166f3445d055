import { signedIn } from './shared/caller.js';
import { checkPhotoId } from './shared/checks.js';
import { failedConditions } from './shared/database.js';
import { notFound } from './shared/errors.js';
import { expression } from './shared/expression.js';
import { claimedOwner, likeKey, photoKey, profileKey } from './shared/keys.js';
import { isShown } from './shared/shown.js';

// Step 1 of 2: likePhoto the other way round.
export function request(ctx) {
  const { sub } = signedIn(ctx);
  const { id } = ctx.args;
  checkPhotoId('id', id);
  const owner = claimedOwner(id);
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'DeleteItem',
        key: likeKey(id, sub),
        condition: { expression: 'attribute_exists(photoId)' },
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'UpdateItem',
        key: photoKey(id),
        update: expression('ADD #likeCount :minusOne', { minusOne: -1 }),
        condition: isShown(id),
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'UpdateItem',
        key: profileKey(owner),
        update: expression('ADD #likeCount :minusOne', { minusOne: -1 }),
      },
    ],
  };
}

// When only the first condition failed the caller does not like the photo, which is what was asked for.
export function response(ctx) {
  const failed = failedConditions(ctx);
  if (failed[1]) {
    notFound('there is no such photo');
  }
  return null;
}
