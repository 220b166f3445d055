import { util } from '@aws-appsync/utils';
import { failedConditions } from './shared/database.js';
import { photoKey, profileKey } from './shared/keys.js';
import { roomCondition, whyNoRoom } from './shared/room.js';

// Step 3 of 7, before a picture is made: whether one photo more is within the limits, its owner is neither leaving nor blocked, and
// the photo is not there yet.
export function request(ctx) {
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'ConditionCheck',
        key: photoKey(ctx.stash.photoId),
        condition: { expression: 'attribute_not_exists(photoId)' },
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: 'ConditionCheck',
        key: profileKey(ctx.stash.make.owner),
        condition: roomCondition(ctx, 1),
      },
    ],
  };
}

// A photo of the same upload is there already when the call before had no answer: it is what was asked for.
export function response(ctx) {
  const [exists, full] = failedConditions(ctx);
  if (exists) {
    ctx.stash.make = null;
  } else if (full) {
    const { type, message } = whyNoRoom(ctx);
    util.error(message, type);
  }
  return null;
}
