import { util } from '@aws-appsync/utils';
import { signedIn } from './shared/caller.js';
import { checkLength, isGiven } from './shared/checks.js';
import { failedConditions } from './shared/database.js';
import { conflict } from './shared/errors.js';
import { expression } from './shared/expression.js';
import { photoKey, profileKey } from './shared/keys.js';
import { checkPicture, photosOf } from './shared/picture.js';

// Step 1 of 2: the photo and one more in its owner's profile.
export function request(ctx) {
  const { sub, username } = signedIn(ctx);
  const { input } = ctx.args;
  checkPicture(input.imgKey, photosOf(sub));

  const now = util.time.nowISO8601();
  const row = {
    feed: 'PHOTO',
    photoOwner: sub,
    uploadedBy: username,
    imgKey: input.imgKey,
    likeCount: 0,
    commentCount: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  if (isGiven(input.caption)) {
    checkLength('caption', input.caption, 0, 2200);
    row.caption = input.caption;
  }
  ctx.stash.photoId = `${sub}.${util.autoId()}`;
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'PutItem',
        key: photoKey(ctx.stash.photoId),
        attributeValues: util.dynamodb.toMapValues(row),
        condition: { expression: 'attribute_not_exists(photoId)' },
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'UpdateItem',
        key: profileKey(sub),
        update: expression('SET #name = :name ADD #photoCount :one, #likeCount :zero', { name: username, one: 1, zero: 0 }),
      },
    ],
  };
}

export function response(ctx) {
  const [photo] = failedConditions(ctx);
  if (photo) {
    conflict('the id of the new photo is taken: try again');
  }
  return null;
}
