// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function conflict(message) {
  util.error(message, "Conflict");
}
function badRequest(message) {
  util.error(message, "BadRequest");
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
var liveProducts = "public/products/";
function fileOf(rendition) {
  return `${rendition.width}.${rendition.format === "jpeg" ? "jpg" : rendition.format}`;
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

// api:resolvers/listProducts.js
function request(ctx) {
  return queryProducts(ctx, "LIVE");
}
function response(ctx) {
  return { items: pageRows(ctx).map((row) => toLive(ctx, row)), nextToken: ctx.result.nextToken };
}
export {
  request,
  response
};
