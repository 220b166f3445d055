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

// api:resolvers/shared/keys.js
import { util as util3 } from "@aws-appsync/utils";
function photoKey(photoId) {
  return util3.dynamodb.toMapValues({ photoId, row: "PHOTO" });
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

// api:resolvers/getPhoto.js
function request(ctx) {
  signedIn(ctx);
  checkPhotoId("id", ctx.args.id);
  return { operation: "GetItem", key: photoKey(ctx.args.id), consistentRead: true };
}
function response(ctx) {
  checkFault(ctx);
  return ctx.result ? toPhotoSeenBy(ctx, ctx.result, signedIn(ctx).sub) : null;
}
export {
  request,
  response
};
