// api:resolvers/linkIdentity.js
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
function signedInIdentity(ctx) {
  const { identity } = ctx;
  if (!identity || identity.cognitoIdentityAuthType !== "authenticated" || !identity.cognitoIdentityAuthProvider) {
    unauthorized("sign in, and sign the request with the credentials of the identity pool");
  }
  const provider = ctx.env.USER_POOL_PROVIDER;
  const signIn = `${provider}:CognitoSignIn:`;
  const said = identity.cognitoIdentityAuthProvider.split('"').join("").split(",");
  if (said.length !== 2 || said[0] !== provider || !said[1].startsWith(signIn) || said[1] === signIn) {
    unauthorized("the credentials are not of the user pool alone");
  }
  return { sub: said[1].slice(signIn.length), identityId: identity.cognitoIdentityId };
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
function identityKey(sub, identityId) {
  return util4.dynamodb.toMapValues({ photoId: `PROFILE#${sub}`, row: `IDENTITY#${identityId}` });
}

// api:resolvers/linkIdentity.js
function request(ctx) {
  const { sub, identityId } = signedInIdentity(ctx);
  return {
    operation: "UpdateItem",
    key: identityKey(sub, identityId),
    update: expression("SET #createdAt = if_not_exists(#createdAt, :now), #seenAt = :now", { now: util5.time.nowISO8601() })
  };
}
function response(ctx) {
  checkFault(ctx);
  return true;
}
export {
  request,
  response
};
