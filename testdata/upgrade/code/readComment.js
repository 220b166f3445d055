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
function commentKey(photoId, id) {
  return util3.dynamodb.toMapValues({ photoId, row: `COMMENT#${id}` });
}

// api:resolvers/readComment.js
function request(ctx) {
  signedIn(ctx);
  const id = ctx.stash.commentId ?? ctx.args.id;
  checkPhotoId("photoId", ctx.args.photoId);
  checkId("id", id);
  return { operation: "GetItem", key: commentKey(ctx.args.photoId, id), consistentRead: true };
}
function response(ctx) {
  checkFault(ctx);
  if (!ctx.result) {
    notFound("there is no such comment");
  }
  return toComment(ctx.result);
}
export {
  request,
  response
};
