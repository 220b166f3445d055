// api:resolvers/makePicture.js
import { runtime } from "@aws-appsync/utils";

// api:resolvers/shared/picture.js
import { util as util2 } from "@aws-appsync/utils";

// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function badRequest(message) {
  util.error(message, "BadRequest");
}

// api:resolvers/shared/picture.js
function answered(ctx) {
  if (ctx.error) {
    util2.error("the picture could not be made: try again", ctx.error.type);
  }
  if (ctx.result.error) {
    badRequest(`imgKey: ${ctx.result.error}`);
  }
  return ctx.result;
}

// api:resolvers/shared/files.js
function filesMade(area, set, claim) {
  return [`${area}${set.folder}/`, `answers/${claim}`, `originals/${set.original}`];
}

// api:resolvers/makePicture.js
function request(ctx) {
  if (!ctx.stash.make) {
    runtime.earlyReturn(null);
  }
  return { operation: "Invoke", payload: { make: ctx.stash.make } };
}
function response(ctx) {
  const { area, claim } = ctx.stash.make;
  const { picture } = answered(ctx);
  ctx.stash.picture = picture;
  ctx.stash.made = filesMade(area, picture, claim);
  return null;
}
export {
  request,
  response
};
