// api:resolvers/deleteAccount.js
import { util as util5 } from "@aws-appsync/utils";

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
function profileKey(sub) {
  return util4.dynamodb.toMapValues({ photoId: `PROFILE#${sub}`, row: "PROFILE" });
}

// api:resolvers/deleteAccount.js
var mostMilliseconds = 24 * 60 * 60 * 1e3;
function request(ctx) {
  const { sub, username } = signedIn(ctx);
  return {
    operation: "UpdateItem",
    key: profileKey(sub),
    update: expression("SET #leaving = if_not_exists(#leaving, :now), #username = :username REMOVE #name", {
      now: util5.time.nowISO8601(),
      username
    })
  };
}
function response(ctx) {
  checkFault(ctx);
  return util5.time.epochMilliSecondsToISO8601(util5.time.parseISO8601ToEpochMilliSeconds(ctx.result.leaving) + mostMilliseconds);
}
export {
  request,
  response
};
