import { extensions, util } from '@aws-appsync/utils';

export function request() {
  return { payload: null };
}

// That a draft was deleted is nobody's business.
export function response() {
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ wasLive: { eq: true } }));
  return null;
}
