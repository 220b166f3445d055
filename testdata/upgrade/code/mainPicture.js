// api:resolvers/mainPicture.js
import { runtime } from "@aws-appsync/utils";
function request(ctx) {
  if (!ctx.stash.main) {
    runtime.earlyReturn(ctx.prev.result);
  }
  return { operation: "Invoke", payload: { main: { product: ctx.args.id, file: ctx.stash.main } } };
}
function response(ctx) {
  return ctx.prev.result;
}
export {
  request,
  response
};
