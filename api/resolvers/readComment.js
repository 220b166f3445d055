import { signedIn } from './shared/caller.js';
import { checkId, checkPhotoId } from './shared/checks.js';
import { toComment } from './shared/comment.js';
import { checkFault } from './shared/database.js';
import { notFound } from './shared/errors.js';
import { commentKey } from './shared/keys.js';

// A step of pipelines: the comment that the step before added, or else the one that the field's arguments name.
export function request(ctx) {
  signedIn(ctx);
  const id = ctx.stash.commentId ?? ctx.args.id;
  checkPhotoId('photoId', ctx.args.photoId);
  checkId('id', id);
  return { operation: 'GetItem', key: commentKey(ctx.args.photoId, id), consistentRead: true };
}

export function response(ctx) {
  checkFault(ctx);
  if (!ctx.result) {
    notFound('there is no such comment');
  }
  return toComment(ctx.result);
}
