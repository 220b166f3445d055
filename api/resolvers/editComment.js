import { util } from '@aws-appsync/utils';
import { signedIn } from './shared/caller.js';
import { checkId, checkLength, checkPhotoId } from './shared/checks.js';
import { failedConditions } from './shared/database.js';
import { conflict, notFound, unauthorized } from './shared/errors.js';
import { expression } from './shared/expression.js';
import { commentKey, photoKey } from './shared/keys.js';
import { isShown } from './shared/shown.js';

// Step 1 of 2: the comment, while its photo exists.
export function request(ctx) {
  const { sub } = signedIn(ctx);
  const { photoId, id, version, text } = ctx.args;
  checkPhotoId('photoId', photoId);
  checkId('id', id);
  checkLength('text', text, 1, 2000);
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'UpdateItem',
        key: commentKey(photoId, id),
        update: expression('SET #text = :text, #updatedAt = :now ADD #version :one', {
          text,
          now: util.time.nowISO8601(),
          one: 1,
        }),
        condition: expression('#owner = :me AND #version = :version', { me: sub, version }),
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'ConditionCheck',
        key: photoKey(photoId),
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
    const row = ctx.result.cancellationReasons[0].item;
    if (!row) {
      notFound('there is no such comment');
    }
    if (row.owner !== signedIn(ctx).sub) {
      unauthorized('only its author may change a comment');
    }
    conflict('the comment has another version by now: read it again');
  }
  return null;
}
