// api:resolvers/createProduct.js
import { util as util5 } from "@aws-appsync/utils";

// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function conflict(message) {
  util.error(message, "Conflict");
}

// api:resolvers/shared/checks.js
function isGiven(value) {
  return value !== void 0 && value !== null;
}

// api:resolvers/shared/keys.js
import { util as util2 } from "@aws-appsync/utils";
function productKey(id) {
  return util2.dynamodb.toMapValues({ id });
}

// api:resolvers/shared/picture.js
import { util as util3 } from "@aws-appsync/utils";
var drafts = "drafts/";
function hasPicture(row) {
  return !!row.folder;
}
function pictureOf(ctx) {
  const { make, picture } = ctx.stash;
  return {
    upload: make.upload.slice("uploads/".length),
    claim: make.claim,
    original: picture.original,
    folder: picture.folder,
    width: picture.width,
    height: picture.height,
    placeholder: picture.placeholder,
    renditions: picture.renditions,
    bytes: picture.bytes
  };
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

// api:resolvers/shared/database.js
import { util as util4 } from "@aws-appsync/utils";
function conditionFailed(ctx) {
  if (ctx.error && ctx.error.type !== "DynamoDB:ConditionalCheckFailedException") {
    fault(ctx);
  }
  return !!ctx.error;
}
function fault(ctx) {
  if (ctx.error.type === "DynamoDB:TransactionConflictException") {
    conflict("another write came in the same moment: try again");
  }
  util4.error("the database could not do this: try again", ctx.error.type);
}

// api:resolvers/shared/files.js
function refuse(ctx, type, message, row) {
  const none = ["originals/", "originals/undefined"];
  const stay = [`/${row.folder}/`, `answers/${row.claim}`, `originals/${row.original}`, ...none];
  ctx.stash.remove = ctx.stash.made.filter((file) => !stay.some((end) => file.endsWith(end)));
  ctx.stash.refusal = { type, message };
}

// api:resolvers/shared/product.js
function toDraft(row) {
  const draft = { ...common(row), isLive: false };
  return hasPicture(row) ? { ...draft, imgKey: jpegKey(row, drafts), picture: toPicture(row, drafts) } : draft;
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
var changedMeanwhile = "the product has another version or state by now: read it again";
function refused(ctx) {
  if (!conditionFailed(ctx)) {
    return false;
  }
  if (ctx.result) {
    refuse(ctx, "Conflict", changedMeanwhile, ctx.result);
  } else {
    refuse(ctx, "NotFound", "there is no such product", {});
  }
  return true;
}

// api:resolvers/createProduct.js
function request(ctx) {
  const { input } = ctx.args;
  const now = util5.time.nowISO8601();
  const picture = ctx.stash.make ? pictureOf(ctx) : {};
  const row = {
    state: "DRAFT",
    name: input.name,
    price: input.price,
    currency: input.currency,
    version: 1,
    createdAt: now,
    updatedAt: now,
    ...picture
  };
  if (isGiven(input.description)) {
    row.description = input.description;
  }
  return {
    operation: "PutItem",
    key: productKey(ctx.stash.id),
    attributeValues: util5.dynamodb.toMapValues(row),
    condition: { expression: "attribute_not_exists(id)" }
  };
}
function response(ctx) {
  const row = ctx.result;
  if (refused(ctx)) {
    if (!row || row.version !== 1 || row.upload !== ctx.stash.upload) {
      return null;
    }
    ctx.stash.refusal = null;
  }
  return toDraft(row);
}
export {
  request,
  response
};
