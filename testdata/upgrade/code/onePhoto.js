// api:resolvers/onePhoto.js
import { extensions, util as util2 } from "@aws-appsync/utils";

// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function unauthorized(message) {
  util.error(message, "Unauthorized");
}
function badRequest(message) {
  util.error(message, "BadRequest");
}

// api:resolvers/shared/caller.js
function signedIn(ctx) {
  if (!ctx.identity || !ctx.identity.sub) {
    unauthorized("sign in with the user pool to do this");
  }
  return { sub: ctx.identity.sub, username: ctx.identity.username };
}

// api:resolvers/shared/checks.js
function isGiven(value) {
  return value !== void 0 && value !== null;
}
function checkLength(name, text, min, max) {
  if (text.length < min || text.length > max) {
    badRequest(`${name} must have ${min} to ${max} characters, got ${text.length}`);
  }
}
function checkId(name, id) {
  checkLength(name, id, 1, 128);
}
function checkPhotoId(name, id) {
  checkId(name, id);
  const dot = id.indexOf(".");
  if (dot < 1 || dot === id.length - 1) {
    badRequest(`${name} must be the id of a photo`);
  }
}

// api:resolvers/onePhoto.js
function request(ctx) {
  signedIn(ctx);
  if (isGiven(ctx.args.id)) {
    checkPhotoId("id", ctx.args.id);
  }
  return { payload: null };
}
function response(ctx) {
  if (isGiven(ctx.args.id)) {
    extensions.setSubscriptionFilter(util2.transform.toSubscriptionFilter({ id: { eq: ctx.args.id } }));
  }
  return null;
}
export {
  request,
  response
};
