// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function unauthorized(message) {
  util.error(message, "Unauthorized");
}
function notFound(message) {
  util.error(message, "NotFound");
}
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
function requireCatalogue(ctx) {
  if (!writesCatalogue(ctx)) {
    unauthorized("only those who write the catalogue may do this");
  }
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
  util2.error("the database could not do this: try again", ctx.error.type);
}

// api:resolvers/shared/expression.js
import { util as util3 } from "@aws-appsync/utils";
function expression(text, values) {
  const result = { expression: text, expressionNames: {}, expressionValues: {} };
  text.split("#").slice(1).forEach((rest) => {
    const name = rest.split(" ")[0].split(",")[0];
    result.expressionNames[`#${name}`] = name;
  });
  Object.keys(values).forEach((name) => {
    result.expressionValues[`:${name}`] = util3.dynamodb.toDynamoDB(values[name]);
  });
  return result;
}

// api:resolvers/shared/keys.js
import { util as util4 } from "@aws-appsync/utils";
function productKey(id) {
  return util4.dynamodb.toMapValues({ id });
}

// api:resolvers/shared/picture.js
import { util as util5 } from "@aws-appsync/utils";

// api:resolvers/shared/product.js
var changedMeanwhile = "the product has another version or state by now: read it again";

// api:resolvers/deleteProduct.js
function request(ctx) {
  requireCatalogue(ctx);
  const { id, version } = ctx.args;
  checkId("id", id);
  return {
    operation: "DeleteItem",
    key: productKey(id),
    condition: expression("#version = :version", { version })
  };
}
function response(ctx) {
  if (conditionFailed(ctx)) {
    conflict(changedMeanwhile);
  }
  if (!ctx.result) {
    notFound("there is no such product");
  }
  return { id: ctx.args.id, wasLive: ctx.result.state === "LIVE" };
}
export {
  request,
  response
};
