// api:resolvers/updatePhoto.js
import { util as util6 } from "@aws-appsync/utils";

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
function checkPhotoId(name, id) {
  checkId(name, id);
  const dot = id.indexOf(".");
  if (dot < 1 || dot === id.length - 1) {
    badRequest(`${name} must be the id of a photo`);
  }
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
function photoKey(photoId) {
  return util4.dynamodb.toMapValues({ photoId, row: "PHOTO" });
}

// api:resolvers/shared/picture.js
import { util as util5 } from "@aws-appsync/utils";
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

// api:resolvers/updatePhoto.js
function request(ctx) {
  const { sub } = signedIn(ctx);
  const { id, version, caption } = ctx.args;
  checkPhotoId("id", id);
  let update = "SET #updatedAt = :now REMOVE #caption ADD #version :one";
  const values = { now: util6.time.nowISO8601(), one: 1 };
  if (isGiven(caption)) {
    checkLength("caption", caption, 0, 2200);
    update = "SET #updatedAt = :now, #caption = :caption ADD #version :one";
    values.caption = caption;
  }
  return {
    operation: "UpdateItem",
    key: photoKey(id),
    update: expression(update, values),
    condition: expression("#photoOwner = :me AND #version = :version", { me: sub, version })
  };
}
function response(ctx) {
  if (conditionFailed(ctx)) {
    refuse(ctx);
  }
  return toPhoto(ctx, ctx.result);
}
function refuse(ctx) {
  if (!ctx.result) {
    notFound("there is no such photo");
  }
  if (ctx.result.photoOwner !== signedIn(ctx).sub) {
    unauthorized("only its owner may change a photo");
  }
  conflict("the photo has another version by now: read it again");
}
export {
  request,
  response
};
