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

// api:resolvers/shared/picture.js
import { util as util2 } from "@aws-appsync/utils";
var hex = "0123456789abcdef";
var dashes = [8, 13, 18, 23];
var photos = "public/photos/";
function checkUpload(key, sub) {
  const folder = `uploads/${sub}/`;
  const id = key.slice(folder.length);
  if (!key.startsWith(folder) || !isUUID(id)) {
    badRequest(`imgKey must be the key of an upload, ${folder}<UUID>: put the file there first`);
  }
  return id;
}
function isUUID(text) {
  return text.length === 36 && text.split("").every((char, i) => dashes.includes(i) ? char === "-" : hex.includes(char));
}

// api:resolvers/checkNewPhoto.js
function request(ctx) {
  const { sub, username } = signedIn(ctx);
  const { input } = ctx.args;
  if (isGiven(input.caption)) {
    checkLength("caption", input.caption, 0, 2200);
  }
  ctx.stash.username = username;
  const claim = checkUpload(input.imgKey, sub);
  ctx.stash.photoId = `${sub}.${claim}`;
  ctx.stash.make = { area: photos, upload: input.imgKey, owner: sub, claim };
  return { payload: null };
}
function response() {
  return null;
}
export {
  request,
  response
};
