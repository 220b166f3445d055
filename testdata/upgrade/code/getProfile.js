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
function profileKey(sub) {
  return util3.dynamodb.toMapValues({ photoId: `PROFILE#${sub}`, row: "PROFILE" });
}

// api:resolvers/getProfile.js
function request(ctx) {
  signedIn(ctx);
  checkId("owner", ctx.args.owner);
  return { operation: "GetItem", key: profileKey(ctx.args.owner), consistentRead: true };
}
function response(ctx) {
  checkFault(ctx);
  const row = ctx.result;
  if (!row || row.leaving) {
    return null;
  }
  return { owner: ctx.args.owner, name: row.name, photoCount: row.photoCount, likeCount: row.likeCount };
}
export {
  request,
  response
};
