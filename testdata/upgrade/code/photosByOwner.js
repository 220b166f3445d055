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
function signedIn(ctx) {
  if (!ctx.identity || !ctx.identity.sub) {
    unauthorized("sign in with the user pool to do this");
  }
  return { sub: ctx.identity.sub, username: ctx.identity.username };
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
function checkId(name, id) {
  checkLength(name, id, 1, 128);
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
import { util as util4 } from "@aws-appsync/utils";
var photos = "public/photos/";
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

// api:resolvers/shared/photo.js
function toPhoto(ctx, row) {
  return {
    id: row.photoId,
    imgKey: jpegKey(row, photos),
    picture: toPublicPicture(ctx, row, photos),
    caption: row.caption,
    owner: row.photoOwner,
    uploadedBy: row.uploadedBy,
    likeCount: row.likeCount,
    commentCount: row.commentCount,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt
  };
}
function toPhotoSeenBy(ctx, row, sub) {
  return { ...toPhoto(ctx, row), viewer: sub };
}

// api:resolvers/shared/photos.js
function toPhotoConnection(ctx) {
  const { sub } = signedIn(ctx);
  return { items: pageRows(ctx).map((row) => toPhotoSeenBy(ctx, row, sub)), nextToken: ctx.result.nextToken };
}

// api:resolvers/photosByOwner.js
function request(ctx) {
  signedIn(ctx);
  checkId("owner", ctx.args.owner);
  return {
    operation: "Query",
    index: "byOwner",
    query: expression("#photoOwner = :owner", { owner: ctx.args.owner }),
    scanIndexForward: false,
    ...pageRequest(ctx.args)
  };
}
function response(ctx) {
  return toPhotoConnection(ctx);
}
export {
  request,
  response
};
