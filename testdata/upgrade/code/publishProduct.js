// api:resolvers/publishProduct.js
import { util as util6 } from "@aws-appsync/utils";

// api:resolvers/shared/expression.js
import { util } from "@aws-appsync/utils";
function expression(text, values) {
  const result = { expression: text, expressionNames: {}, expressionValues: {} };
  text.split("#").slice(1).forEach((rest) => {
    const name = rest.split(" ")[0].split(",")[0];
    result.expressionNames[`#${name}`] = name;
  });
  Object.keys(values).forEach((name) => {
    result.expressionValues[`:${name}`] = util.dynamodb.toDynamoDB(values[name]);
  });
  return result;
}

// api:resolvers/shared/keys.js
import { util as util2 } from "@aws-appsync/utils";
function productKey(id) {
  return util2.dynamodb.toMapValues({ id });
}

// api:resolvers/shared/picture.js
import { util as util4 } from "@aws-appsync/utils";

// api:resolvers/shared/errors.js
import { util as util3 } from "@aws-appsync/utils";
function conflict(message) {
  util3.error(message, "Conflict");
}

// api:resolvers/shared/picture.js
var liveProducts = "public/products/";
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

// api:resolvers/publishProduct.js
function request(ctx) {
  const { folder, version } = ctx.stash;
  return {
    operation: "UpdateItem",
    key: productKey(ctx.args.id),
    update: expression("SET #state = :live, #folder = :folder, #updatedAt = :now ADD #version :one", {
      live: "LIVE",
      folder,
      now: util6.time.nowISO8601(),
      one: 1
    }),
    condition: expression("#version = :version AND #state = :draft", { version, draft: "DRAFT" })
  };
}
function response(ctx) {
  if (refused(ctx)) {
    return null;
  }
  const row = ctx.result;
  ctx.stash.main = jpegKey(row, liveProducts);
  return toLive(ctx, row);
}
export {
  request,
  response
};
