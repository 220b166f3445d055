// api:resolvers/updateProduct.js
import { util as util6 } from "@aws-appsync/utils";

// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function conflict(message) {
  util.error(message, "Conflict");
}

// api:resolvers/shared/checks.js
function isGiven(value) {
  return value !== void 0 && value !== null;
}

// api:resolvers/shared/expression.js
import { util as util2 } from "@aws-appsync/utils";
function expression(text, values) {
  const result = { expression: text, expressionNames: {}, expressionValues: {} };
  text.split("#").slice(1).forEach((rest) => {
    const name = rest.split(" ")[0].split(",")[0];
    result.expressionNames[`#${name}`] = name;
  });
  Object.keys(values).forEach((name) => {
    result.expressionValues[`:${name}`] = util2.dynamodb.toDynamoDB(values[name]);
  });
  return result;
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
function areaOf(product) {
  return product.state === "LIVE" ? liveProducts : drafts;
}
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
function toPublicPicture(ctx, row, area) {
  const picture = toPicture(row, area);
  const renditions = picture.renditions.map((one) => ({ ...one, url: `${ctx.env.CDN_URL}/${one.key.slice("public/".length)}` }));
  return { ...picture, renditions };
}

// api:resolvers/shared/database.js
import { util as util5 } from "@aws-appsync/utils";
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
  util5.error("the database could not do this: try again", ctx.error.type);
}

// api:resolvers/shared/files.js
function mainKey(id) {
  return `${liveProducts}${id}/main.jpg`;
}
function refuse(ctx, type, message, row) {
  const none = ["originals/", "originals/undefined"];
  const stay = [`/${row.folder}/`, `answers/${row.claim}`, `originals/${row.original}`, ...none];
  ctx.stash.remove = ctx.stash.made.filter((file) => !stay.some((end) => file.endsWith(end)));
  ctx.stash.refusal = { type, message };
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

// api:resolvers/updateProduct.js
function request(ctx) {
  const { id, version, input } = ctx.args;
  let set = "SET #name = :name, #price = :price, #currency = :currency, #updatedAt = :now";
  let drop = "";
  let values = {
    name: input.name,
    price: input.price,
    currency: input.currency,
    now: util6.time.nowISO8601(),
    one: 1
  };
  if (isGiven(input.description)) {
    set += ", #description = :description";
    values.description = input.description;
  } else if (input.description === null) {
    drop = " REMOVE #description";
  }
  if (ctx.stash.make) {
    const picture = pictureOf(ctx);
    Object.keys(picture).forEach((name) => {
      set += `, #${name} = :${name}`;
    });
    values = { ...values, ...picture };
  }
  return {
    operation: "UpdateItem",
    key: productKey(id),
    update: expression(`${set}${drop} ADD #version :one`, values),
    condition: expression("#version = :version AND #state = :state", { version, state: ctx.stash.product.state })
  };
}
function response(ctx) {
  if (refused(ctx)) {
    return null;
  }
  const row = ctx.result;
  if (ctx.stash.make && areaOf(row) === liveProducts) {
    ctx.stash.main = jpegKey(row, liveProducts);
  }
  return toProduct(ctx, row);
}
export {
  request,
  response
};
