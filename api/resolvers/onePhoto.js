import { extensions, util } from '@aws-appsync/utils';
import { signedIn } from './shared/caller.js';
import { checkPhotoId, isGiven } from './shared/checks.js';

// For the subscriptions to photos that take the id of one, or none for all.

export function request(ctx) {
  signedIn(ctx);
  if (isGiven(ctx.args.id)) {
    checkPhotoId('id', ctx.args.id);
  }
  return { payload: null };
}

export function response(ctx) {
  if (isGiven(ctx.args.id)) {
    extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ id: { eq: ctx.args.id } }));
  }
  return null;
}
