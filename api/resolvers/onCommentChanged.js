import { extensions, util } from '@aws-appsync/utils';
import { signedIn } from './shared/caller.js';
import { checkPhotoId } from './shared/checks.js';

export function request(ctx) {
  signedIn(ctx);
  checkPhotoId('photoId', ctx.args.photoId);
  return { payload: null };
}

export function response(ctx) {
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ photoId: { eq: ctx.args.photoId } }));
  return null;
}
