import { util } from '@aws-appsync/utils';
import { signedIn } from './shared/caller.js';
import { checkLength, checkPhotoId } from './shared/checks.js';
import { failedConditions } from './shared/database.js';
import { conflict, notFound } from './shared/errors.js';
import { expression } from './shared/expression.js';
import { claimedOwner, commentKey, photoKey } from './shared/keys.js';
import { isShown } from './shared/shown.js';

// Step 1 of 2: the comment, and one more on its photo.
export function request(ctx) {
  const { sub, username } = signedIn(ctx);
  const { photoId, text } = ctx.args;
  checkPhotoId('photoId', photoId);
  checkLength('text', text, 1, 2000);

  const owner = claimedOwner(photoId);
  const now = util.time.nowISO8601();
  ctx.stash.commentId = util.autoUlid();
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'PutItem',
        key: commentKey(photoId, ctx.stash.commentId),
        attributeValues: util.dynamodb.toMapValues({
          text,
          author: username,
          owner: sub,
          onPhotoOf: owner,
          version: 1,
          createdAt: now,
          updatedAt: now,
        }),
        condition: { expression: 'attribute_not_exists(photoId)' },
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'UpdateItem',
        key: photoKey(photoId),
        update: expression('ADD #commentCount :one', { one: 1 }),
        condition: isShown(photoId),
      },
    ],
  };
}

export function response(ctx) {
  const [comment, photo] = failedConditions(ctx);
  if (photo) {
    notFound('there is no such photo');
  }
  if (comment) {
    conflict('the id of the new comment is taken: try again');
  }
  return null;
}
