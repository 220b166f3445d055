// api:resolvers/roomForPhoto.js
import { util as util5 } from "@aws-appsync/utils";

// api:resolvers/shared/database.js
import { util as util2 } from "@aws-appsync/utils";

// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function conflict(message) {
  util.error(message, "Conflict");
}

// api:resolvers/shared/database.js
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

// api:resolvers/shared/keys.js
import { util as util3 } from "@aws-appsync/utils";
function photoKey(photoId) {
  return util3.dynamodb.toMapValues({ photoId, row: "PHOTO" });
}
function profileKey(sub) {
  return util3.dynamodb.toMapValues({ photoId: `PROFILE#${sub}`, row: "PROFILE" });
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

// api:resolvers/shared/room.js
function roomCondition(ctx, bytes) {
  return expression(
    "attribute_not_exists(#leaving ) AND (attribute_not_exists(#photoCount ) OR #photoCount < :mostPhotos) AND (attribute_not_exists(#bytes ) OR #bytes <= :mostBytes)",
    {
      mostPhotos: JSON.parse(ctx.env.PHOTOS_PER_USER),
      mostBytes: JSON.parse(ctx.env.BYTES_PER_USER) - bytes
    }
  );
}
function whyNoRoom(ctx) {
  const profile = ctx.result.cancellationReasons[1].item;
  if (profile && profile.leaving) {
    return { type: "Unauthorized", message: "the account is being deleted" };
  }
  return {
    type: "LimitExceeded",
    message: `you have as many photos as a user may have, ${ctx.env.PHOTOS_PER_USER} or ${ctx.env.BYTES_PER_USER} bytes: delete some first`
  };
}

// api:resolvers/roomForPhoto.js
function request(ctx) {
  return {
    operation: "TransactWriteItems",
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: "ConditionCheck",
        key: photoKey(ctx.stash.photoId),
        condition: { expression: "attribute_not_exists(photoId)" }
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: "ConditionCheck",
        key: profileKey(ctx.stash.make.owner),
        condition: roomCondition(ctx, 1)
      }
    ]
  };
}
function response(ctx) {
  const [exists, full] = failedConditions(ctx);
  if (exists) {
    ctx.stash.make = null;
  } else if (full) {
    const { type, message } = whyNoRoom(ctx);
    util5.error(message, type);
  }
  return null;
}
export {
  request,
  response
};
