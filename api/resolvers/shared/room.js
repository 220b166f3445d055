import { expression } from './expression.js';

/**
 * The condition on a profile that one photo more, of so many bytes, is within its owner's limits, and the owner is neither leaving nor
 * blocked.
 */
export function roomCondition(ctx, bytes) {
  return expression(
    'attribute_not_exists(#leaving ) AND attribute_not_exists(#blocked ) AND (attribute_not_exists(#photoCount ) OR #photoCount < :mostPhotos) AND (attribute_not_exists(#bytes ) OR #bytes <= :mostBytes)',
    {
      mostPhotos: JSON.parse(ctx.env.PHOTOS_PER_USER),
      mostBytes: JSON.parse(ctx.env.BYTES_PER_USER) - bytes,
    },
  );
}

/** What to say when the condition failed, of the second item of a transaction. */
export function whyNoRoom(ctx) {
  const profile = ctx.result.cancellationReasons[1].item;
  if (profile && profile.leaving) {
    return { type: 'Unauthorized', message: 'the account is being deleted' };
  }
  if (profile && profile.blocked) {
    return { type: 'Unauthorized', message: 'the account is blocked' };
  }
  return {
    type: 'LimitExceeded',
    message: `you have as many photos as a user may have, ${ctx.env.PHOTOS_PER_USER} or ${ctx.env.BYTES_PER_USER} bytes: delete some first`,
  };
}
