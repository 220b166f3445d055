// api:resolvers/shared/comment.js
function toComment(row) {
  return {
    id: row.row.slice("COMMENT#".length),
    photoId: row.photoId,
    text: row.text,
    author: row.author,
    owner: row.owner,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version
  };
}

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

// api:resolvers/shared/errors.js
import { util as util2 } from "@aws-appsync/utils";
function conflict(message) {
  util2.error(message, "Conflict");
}
function badRequest(message) {
  util2.error(message, "BadRequest");
}

// api:resolvers/shared/database.js
import { util as util3 } from "@aws-appsync/utils";
function checkFault(ctx) {
  if (ctx.error) {
    fault(ctx);
  }
}
function fault(ctx) {
  if (ctx.error.type === "DynamoDB:TransactionConflictException") {
    conflict("another write came in the same moment: try again");
  }
  util3.error("the database could not do this: try again", ctx.error.type);
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

// api:resolvers/commentsByPhoto.js
function request(ctx) {
  return {
    operation: "Query",
    query: expression("#photoId = :photoId AND begins_with(#row, :comments)", {
      photoId: ctx.args.photoId,
      comments: "COMMENT#"
    }),
    consistentRead: true,
    ...pageRequest(ctx.args)
  };
}
function response(ctx) {
  return { items: pageRows(ctx).map((row) => toComment(row)), nextToken: ctx.result.nextToken };
}
export {
  request,
  response
};
