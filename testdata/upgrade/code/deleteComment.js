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

// api:resolvers/shared/caller.js
function signedIn(ctx) {
  if (!ctx.identity || !ctx.identity.sub) {
    unauthorized("sign in with the user pool to do this");
  }
  return { sub: ctx.identity.sub, username: ctx.identity.username };
}
function isIn(ctx, group) {
  return !!ctx.identity && !!ctx.identity.groups && ctx.identity.groups.includes(group);
}
function moderates(ctx) {
  return isIn(ctx, "Admins");
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

// api:resolvers/deleteComment.js
function request(ctx) {
  const { photoId, id } = ctx.args;
  return {
    operation: "TransactWriteItems",
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: "DeleteItem",
        key: commentKey(photoId, id),
        condition: moderates(ctx) ? { expression: "attribute_exists(photoId)" } : expression("#owner = :me OR #onPhotoOf = :me", { me: signedIn(ctx).sub })
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: "UpdateItem",
        key: photoKey(photoId),
        update: expression("ADD #commentCount :minusOne", { minusOne: -1 }),
        condition: expression("#photoOwner = :owner", { owner: claimedOwner(photoId) })
      }
    ]
  };
}
function response(ctx) {
  const comment = ctx.prev.result;
  const [failed, photo] = failedConditions(ctx);
  if (photo) {
    notFound("there is no such photo");
  }
  if (failed) {
    const { sub } = signedIn(ctx);
    if (!moderates(ctx) && sub !== comment.owner && sub !== claimedOwner(ctx.args.photoId)) {
      unauthorized("only its author, the owner of the photo and moderators may delete a comment");
    }
    notFound("there is no such comment");
  }
  return { ...comment, text: null };
}
export {
  request,
  response
};
