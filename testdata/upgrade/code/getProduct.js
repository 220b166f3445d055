// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function conflict(message) {
  util.error(message, "Conflict");
}
function badRequest(message) {
  util.error(message, "BadRequest");
}

// api:resolvers/shared/caller.js
function isIn(ctx, group) {
  return !!ctx.identity && !!ctx.identity.groups && ctx.identity.groups.includes(group);
}
function writesCatalogue(ctx) {
  return isIn(ctx, "Admins");
}

// api:resolvers/shared/checks.js
function checkLength(name, text, min, max) {
  if (text.length < min || text.length > max) {
    badRequest(`${name} must have ${min} to ${max} characters, got ${text.length}`);
  }
}
function checkId(name, id) {
  checkLength(name, id, 1, 128);
}

// api:resolvers/shared/database.js
import { util as util2 } from "@aws-appsync/utils";
function checkFault(ctx) {
  if (ctx.error) {
    fault(ctx);
  }
}
function fault(ctx) {
  if (ctx.error.type === "DynamoDB:TransactionConflictException") {
    conflict("another write came in the same moment: try again");
  }
  util2.error("the database could not do this: try again", ctx.error.type);
}

// api:resolvers/shared/keys.js
import { util as util3 } from "@aws-appsync/utils";
function productKey(id) {
  return util3.dynamodb.toMapValues({ id });
}

// api:resolvers/shared/picture.js
import { util as util4 } from "@aws-appsync/utils";
var drafts = "drafts/";
var liveProducts = "public/products/";
function hasPicture(row) {
  return !!row.folder;
}
function fileOf(rendition) {
  return `${rendition.width}.${rendition.format === "jpeg" ? "jpg" : rendition.format}`;
}
function jpegKey(row, area) {
  return `${area}${row.folder}/${fileOf(row.renditions.find((one) => one.format === "jpeg"))}`;
}
function toPicture(row, area) {
  return {
    width: row.width,
    height: row.height,
    placeholder: row.placeholder,
    renditions: row.renditions.map((one) => ({
      width: one.width,
      format: one.format.toUpperCase(),
      key: `${area}${row.folder}/${fileOf(one)}`
    }))
  };
}
function toPublicPicture(ctx, row, area) {
  const picture = toPicture(row, area);
  const renditions = picture.renditions.map((one) => ({ ...one, url: `${ctx.env.CDN_URL}/${one.key.slice("public/".length)}` }));
  return { ...picture, renditions };
}

// api:resolvers/shared/files.js
function mainKey(id) {
  return `${liveProducts}${id}/main.jpg`;
}

// api:resolvers/shared/product.js
function toLive(ctx, row) {
  return { ...common(row), isLive: true, imgKey: mainKey(row.id), picture: toPublicPicture(ctx, row, liveProducts) };
}
function toDraft(row) {
  const draft = { ...common(row), isLive: false };
  return hasPicture(row) ? { ...draft, imgKey: jpegKey(row, drafts), picture: toPicture(row, drafts) } : draft;
}
function toProduct(ctx, row) {
  return row.state === "LIVE" ? toLive(ctx, row) : toDraft(row);
}
function common(row) {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    price: row.price,
    currency: row.currency,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt
  };
}

// api:resolvers/getProduct.js
function request(ctx) {
  checkId("id", ctx.args.id);
  return { operation: "GetItem", key: productKey(ctx.args.id), consistentRead: true };
}
function response(ctx) {
  checkFault(ctx);
  const row = ctx.result;
  if (!row || row.state !== "LIVE" && !writesCatalogue(ctx)) {
    return null;
  }
  return toProduct(ctx, row);
}
export {
  request,
  response
};
