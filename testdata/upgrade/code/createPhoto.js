// api:resolvers/createPhoto.js
import { runtime, util as util6 } from "@aws-appsync/utils";

// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function conflict(message) {
  util.error(message, "Conflict");
}

// api:resolvers/shared/checks.js
function isGiven(value) {
  return value !== void 0 && value !== null;
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

// api:resolvers/shared/picture.js
import { util as util4 } from "@aws-appsync/utils";
function pictureOf(ctx) {
  const { make, picture } = ctx.stash;
  return {
    upload: make.upload.slice("uploads/".length),
    claim: make.claim,
    original: picture.original,
    folder: picture.folder,
    width: picture.width,
    height: picture.height,
    placeholder: picture.placeholder,
    renditions: picture.renditions,
    bytes: picture.bytes
  };
}

// api:resolvers/shared/files.js
function refuse(ctx, type, message, row) {
  const none = ["originals/", "originals/undefined"];
  const stay = [`/${row.folder}/`, `answers/${row.claim}`, `originals/${row.original}`, ...none];
  ctx.stash.remove = ctx.stash.made.filter((file) => !stay.some((end) => file.endsWith(end)));
  ctx.stash.refusal = { type, message };
}

// api:resolvers/shared/keys.js
import { util as util5 } from "@aws-appsync/utils";
function photoKey(photoId) {
  return util5.dynamodb.toMapValues({ photoId, row: "PHOTO" });
}
function profileKey(sub) {
  return util5.dynamodb.toMapValues({ photoId: `PROFILE#${sub}`, row: "PROFILE" });
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

// api:resolvers/createPhoto.js
function request(ctx) {
  if (!ctx.stash.make) {
    runtime.earlyReturn(null);
  }
  const { input } = ctx.args;
  const { make, picture, username } = ctx.stash;
  const now = util6.time.nowISO8601();
  const row = {
    feed: "PHOTO",
    photoOwner: make.owner,
    uploadedBy: username,
    ...pictureOf(ctx),
    likeCount: 0,
    commentCount: 0,
    version: 1,
    createdAt: now,
    updatedAt: now
  };
  if (isGiven(input.caption)) {
    row.caption = input.caption;
  }
  return {
    operation: "TransactWriteItems",
    transactItems: [
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: "PutItem",
        key: photoKey(ctx.stash.photoId),
        attributeValues: util6.dynamodb.toMapValues(row),
        condition: { expression: "attribute_not_exists(photoId)" }
      },
      {
        table: ctx.env.PHOTOS_TABLE,
        operation: "UpdateItem",
        key: profileKey(make.owner),
        update: expression("SET #name = :name ADD #photoCount :one, #likeCount :zero, #bytes :bytes", {
          name: username,
          one: 1,
          zero: 0,
          bytes: picture.bytes
        }),
        condition: roomCondition(ctx, picture.bytes)
      }
    ]
  };
}
function response(ctx) {
  const [exists, full] = failedConditions(ctx);
  if (full && !exists) {
    const { type, message } = whyNoRoom(ctx);
    refuse(ctx, type, message, {});
  }
  return null;
}
export {
  request,
  response
};
