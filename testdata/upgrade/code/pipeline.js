// api:resolvers/pipeline.js
function request() {
  return {};
}
function response(ctx) {
  return ctx.prev.result;
}
export {
  request,
  response
};
