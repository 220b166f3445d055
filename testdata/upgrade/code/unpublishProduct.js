// api:resolvers/unpublishProduct.js
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

// api:resolvers/shared/errors.js
import { util as util3 } from "@aws-appsync/utils";
function conflict(message) {
  util3.error(message, "Conflict");
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

// api:resolvers/shared/picture.js
import { util as util5 } from "@aws-appsync/utils";

// api:resolvers/shared/files.js
function refuse(ctx, type, message, row) {
  const none = ["originals/", "originals/undefined"];
  const stay = [`/${row.folder}/`, `answers/${row.claim}`, `originals/${row.original}`, ...none];
  ctx.stash.remove = ctx.stash.made.filter((file) => !stay.some((end) => file.endsWith(end)));
  ctx.stash.refusal = { type, message };
}

// api:resolvers/shared/product.js
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

// api:resolvers/unpublishProduct.js
function request(ctx) {
  const { folder, version } = ctx.stash;
  return {
    operation: "UpdateItem",
    key: productKey(ctx.args.id),
    update: expression("SET #state = :draft, #folder = :folder, #updatedAt = :now ADD #version :one", {
      draft: "DRAFT",
      folder,
      now: util6.time.nowISO8601(),
      one: 1
    }),
    condition: expression("#version = :version AND #state = :live", { version, live: "LIVE" })
  };
}
function response(ctx) {
  if (refused(ctx)) {
    return null;
  }
  return { id: ctx.args.id, wasLive: true };
}
export {
  request,
  response
};
