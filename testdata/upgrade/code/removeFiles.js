// api:resolvers/removeFiles.js
import { runtime, util } from "@aws-appsync/utils";
function request(ctx) {
  const { remove } = ctx.stash;
  if (!remove || remove.length === 0) {
    finish(ctx);
    runtime.earlyReturn(ctx.prev.result);
  }
  const folders = remove.filter((file) => file.endsWith("/"));
  const objects = remove.filter((file) => !file.endsWith("/"));
  return { operation: "Invoke", payload: { remove: { folders, objects } } };
}
function response(ctx) {
  finish(ctx);
  return ctx.prev.result;
}
function finish(ctx) {
  const { refusal } = ctx.stash;
  if (refusal) {
    util.error(refusal.message, refusal.type);
  }
}
export {
  request,
  response
};
