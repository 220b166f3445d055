// api:resolvers/onProductWithdrawn.js
import { extensions, util } from "@aws-appsync/utils";
function request() {
  return { payload: null };
}
function response() {
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ wasLive: { eq: true } }));
  return null;
}
export {
  request,
  response
};
