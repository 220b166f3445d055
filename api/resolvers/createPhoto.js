import { runtime, util } from '@aws-appsync/utils';
import { isGiven } from './shared/checks.js';
import { failedConditions } from './shared/database.js';
import { expression } from './shared/expression.js';
import { refuse } from './shared/files.js';
import { photoKey, profileKey } from './shared/keys.js';
import { pictureOf } from './shared/picture.js';
import { roomCondition, whyNoRoom } from './shared/room.js';

// Step 5 of 7: the photo and one more in its owner's profile, within the limits.
export function request(ctx) {
  if (!ctx.stash.make) {
    runtime.earlyReturn(null);
  }
  const { input } = ctx.args;
  const { make, picture, username } = ctx.stash;
  const now = util.time.nowISO8601();
  const row = {
    feed: 'PHOTO',
    photoOwner: make.owner,
    uploadedBy: username,
    ...pictureOf(ctx),
    likeCount: 0,
    commentCount: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  if (isGiven(input.caption)) {
    row.caption = input.caption;
  }
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
        key: profileKey(make.owner),
        update: expression('SET #name = :name ADD #photoCount :one, #likeCount :zero, #bytes :bytes', {
          name: username,
          one: 1,
          zero: 0,
          bytes: picture.bytes,
        }),
        condition: roomCondition(ctx, picture.bytes),
      },
    ],
  };
}

// A photo of the same upload is there already when another call came in the same moment: it is what was asked for.
export function response(ctx) {
  const [exists, full] = failedConditions(ctx);
  if (full && !exists) {
    const { type, message } = whyNoRoom(ctx);
    refuse(ctx, type, message, {});
  }
  return null;
}
