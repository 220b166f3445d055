// api:resolvers/likedByMe.js
import { runtime } from "@aws-appsync/utils";

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
function likeKey(photoId, sub) {
  return util3.dynamodb.toMapValues({ photoId, row: `LIKE#${sub}` });
}

// api:resolvers/likedByMe.js
function request(ctx) {
  const { sub } = signedIn(ctx);
  if (ctx.source.viewer !== sub) {
    runtime.earlyReturn(null);
  }
  return { operation: "GetItem", key: likeKey(ctx.source.id, sub), consistentRead: true };
}
function response(ctx) {
  checkFault(ctx);
  return !!ctx.result;
}
export {
  request,
  response
};
