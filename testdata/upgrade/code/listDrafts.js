// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function unauthorized(message) {
  util.error(message, "Unauthorized");
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

// api:resolvers/shared/checks.js
function isGiven(value) {
  return value !== void 0 && value !== null;
}
function checkLength(name, text, min, max) {
  if (text.length < min || text.length > max) {
    badRequest(`${name} must have ${min} to ${max} characters, got ${text.length}`);
  }
}

// api:resolvers/shared/page.js
var usual = 20;
var most = 100;
var refusals = [
  "DynamoDB:UserIllegalArgumentException",
  "DynamoDB:ValidationException",
  "DynamoDB:DynamoDbException",
  "DynamoDB:AmazonDynamoDBException"
];
function pageRequest(args) {
  const page = { limit: isGiven(args.limit) ? args.limit : usual };
  if (page.limit < 1) {
    badRequest(`limit must be 1 to ${most}`);
  }
  if (page.limit > most) {
    page.limit = most;
  }
  if (isGiven(args.nextToken)) {
    checkLength("nextToken", args.nextToken, 1, 4096);
    page.nextToken = args.nextToken;
  }
  return page;
}
function pageRows(ctx) {
  if (ctx.error && isGiven(ctx.args.nextToken) && refusals.includes(ctx.error.type)) {
    badRequest("nextToken must be one that this list answered");
  }
  checkFault(ctx);
  return ctx.result.items;
}

// api:resolvers/shared/picture.js
import { util as util3 } from "@aws-appsync/utils";
var drafts = "drafts/";
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

// api:resolvers/shared/expression.js
import { util as util4 } from "@aws-appsync/utils";
function expression(text, values) {
  const result = { expression: text, expressionNames: {}, expressionValues: {} };
  text.split("#").slice(1).forEach((rest) => {
    const name = rest.split(" ")[0].split(",")[0];
    result.expressionNames[`#${name}`] = name;
  });
  Object.keys(values).forEach((name) => {
    result.expressionValues[`:${name}`] = util4.dynamodb.toDynamoDB(values[name]);
  });
  return result;
}

// api:resolvers/shared/products.js
function queryProducts(ctx, state) {
  return {
    operation: "Query",
    index: "byState",
    query: expression("#state = :state", { state }),
    scanIndexForward: false,
    ...pageRequest(ctx.args)
  };
}

// api:resolvers/listDrafts.js
function request(ctx) {
  requireCatalogue(ctx);
  return queryProducts(ctx, "DRAFT");
}
function response(ctx) {
  return { items: pageRows(ctx).map((row) => toDraft(row)), nextToken: ctx.result.nextToken };
}
export {
  request,
  response
};
