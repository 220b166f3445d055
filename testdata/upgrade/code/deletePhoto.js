// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function unauthorized(message) {
  util.error(message, "Unauthorized");
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
function profileKey(sub) {
  return util4.dynamodb.toMapValues({ photoId: `PROFILE#${sub}`, row: "PROFILE" });
}

// api:resolvers/deletePhoto.js
function request(ctx) {
  const photo = ctx.prev.result;
  const { folder, bytes } = ctx.stash.photo;
  const owner = moderates(ctx) ? photo.owner : signedIn(ctx).sub;
  return {
    operation: "TransactWriteItems",
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: "DeleteItem",
        key: photoKey(photo.id),
        condition: expression("#photoOwner = :owner AND #likeCount = :likes AND #folder = :folder", {
          owner,
          likes: photo.likeCount,
          folder
        })
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: "UpdateItem",
        key: profileKey(photo.owner),
        update: expression("ADD #photoCount :photos, #likeCount :likes, #bytes :bytes", {
          photos: -1,
          likes: 0 - photo.likeCount,
          bytes: 0 - bytes
        })
      }
    ]
  };
}
function response(ctx) {
  const photo = ctx.prev.result;
  const [failed] = failedConditions(ctx);
  if (failed) {
    if (!moderates(ctx) && photo.owner !== signedIn(ctx).sub) {
      unauthorized("only its owner and moderators may delete a photo");
    }
    conflict("the photo was liked, unliked, made anew or deleted in the same moment: try again");
  }
  return photo;
}
export {
  request,
  response
};
