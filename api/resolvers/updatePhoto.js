import { util } from '@aws-appsync/utils';
import { signedIn } from './shared/caller.js';
import { checkLength, checkPhotoId, isGiven } from './shared/checks.js';
import { conditionFailed } from './shared/database.js';
import { conflict, notFound, unauthorized } from './shared/errors.js';
import { expression } from './shared/expression.js';
import { photoKey } from './shared/keys.js';
import { toPhoto } from './shared/photo.js';

export function request(ctx) {
  const { sub } = signedIn(ctx);
  const { id, version, caption } = ctx.args;
  checkPhotoId('id', id);

  let update = 'SET #updatedAt = :now REMOVE #caption ADD #version :one';
  const values = { now: util.time.nowISO8601(), one: 1 };
  if (isGiven(caption)) {
    checkLength('caption', caption, 0, 2200);
    update = 'SET #updatedAt = :now, #caption = :caption ADD #version :one';
    values.caption = caption;
  }
  return {
    operation: 'UpdateItem',
    key: photoKey(id),
    update: expression(update, values),
    condition: expression('#photoOwner = :me AND #version = :version AND attribute_not_exists(#hidden )', { me: sub, version }),
  };
}

export function response(ctx) {
  if (conditionFailed(ctx)) {
    refuse(ctx);
  }
  return toPhoto(ctx, ctx.result);
}

function refuse(ctx) {
  if (!ctx.result || ctx.result.hidden) {
    notFound('there is no such photo');
  }
  if (ctx.result.photoOwner !== signedIn(ctx).sub) {
    unauthorized('only its owner may change a photo');
  }
  conflict('the photo has another version by now: read it again');
}
