// api:resolvers/shared/picture.js
import { util as util2 } from "@aws-appsync/utils";

// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function conflict(message) {
  util.error(message, "Conflict");
}
function badRequest(message) {
  util.error(message, "BadRequest");
}

// api:resolvers/shared/picture.js
var drafts = "drafts/";
var liveProducts = "public/products/";
function areaOf(product) {
  return product.state === "LIVE" ? liveProducts : drafts;
}
function fileOf(rendition) {
  return `${rendition.width}.${rendition.format === "jpeg" ? "jpg" : rendition.format}`;
}
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

// api:resolvers/shared/database.js
import { util as util3 } from "@aws-appsync/utils";

// api:resolvers/shared/product.js
var changedMeanwhile = "the product has another version or state by now: read it again";

// api:resolvers/shared/move.js
function copyPictures(ctx, to) {
  const { product } = ctx.stash;
  const from = areaOf(product);
  if (from === to) {
    conflict(changedMeanwhile);
  }
  const copy = {
    from: `${from}${product.folder}/`,
    to,
    claim: `${product.folder}.${product.version}`,
    files: product.renditions.map((one) => fileOf(one))
  };
  ctx.stash.copy = copy;
  return { operation: "Invoke", payload: { copy } };
}
function keepCopy(ctx) {
  const { to, claim } = ctx.stash.copy;
  const answer = answered(ctx);
  ctx.stash.version = answer.gone ? 0 : ctx.args.version;
  ctx.stash.folder = answer.folder;
  ctx.stash.made = filesMade(to, answer, claim);
}

// api:resolvers/withdrawPictures.js
function request(ctx) {
  return copyPictures(ctx, drafts);
}
function response(ctx) {
  keepCopy(ctx);
  return null;
}
export {
  request,
  response
};
