// api:resolvers/addComment.js
import { util as util5 } from "@aws-appsync/utils";

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
function signedIn(ctx) {
  if (!ctx.identity || !ctx.identity.sub) {
    unauthorized("sign in with the user pool to do this");
  }
  return { sub: ctx.identity.sub, username: ctx.identity.username };
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
function checkPhotoId(name, id) {
  checkId(name, id);
  const dot = id.indexOf(".");
  if (dot < 1 || dot === id.length - 1) {
    badRequest(`${name} must be the id of a photo`);
  }
}

// api:resolvers/shared/database.js
import { util as util2 } from "@aws-appsync/utils";
function failedConditions(ctx) {
  if (!ctx.error) {
    return [];
  }
  if (ctx.error.type !== "DynamoDB:TransactionCanceledException") {
    fault(ctx);
  }
  const reasons = ctx.result.cancellationReasons;
  const failed = reasons.map((reason) => reason.type.startsWith("Condition"));
  if (!failed.includes(true)) {
    if (reasons.some((reason) => reason.type === "TransactionConflict")) {
      conflict("another write came in the same moment: try again");
    }
    fault(ctx);
  }
  return failed;
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
function photoKey(photoId) {
  return util4.dynamodb.toMapValues({ photoId, row: "PHOTO" });
}
function commentKey(photoId, id) {
  return util4.dynamodb.toMapValues({ photoId, row: `COMMENT#${id}` });
}
function claimedOwner(photoId) {
  return photoId.slice(0, photoId.indexOf("."));
}

// api:resolvers/addComment.js
function request(ctx) {
  const { sub, username } = signedIn(ctx);
  const { photoId, text } = ctx.args;
  checkPhotoId("photoId", photoId);
  checkLength("text", text, 1, 2e3);
  const owner = claimedOwner(photoId);
  const now = util5.time.nowISO8601();
  ctx.stash.commentId = util5.autoUlid();
  return {
    operation: "TransactWriteItems",
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: "PutItem",
        key: commentKey(photoId, ctx.stash.commentId),
        attributeValues: util5.dynamodb.toMapValues({
          text,
          author: username,
          owner: sub,
          onPhotoOf: owner,
          version: 1,
          createdAt: now,
          updatedAt: now
        }),
        condition: { expression: "attribute_not_exists(photoId)" }
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: "UpdateItem",
        key: photoKey(photoId),
        update: expression("ADD #commentCount :one", { one: 1 }),
        condition: expression("#photoOwner = :owner", { owner })
      }
    ]
  };
}
function response(ctx) {
  const [comment, photo] = failedConditions(ctx);
  if (photo) {
    notFound("there is no such photo");
  }
  if (comment) {
    conflict("the id of the new comment is taken: try again");
  }
  return null;
}
export {
  request,
  response
};
