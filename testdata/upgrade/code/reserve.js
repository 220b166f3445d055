// api:resolvers/reserve.js
import { runtime, util as util5 } from "@aws-appsync/utils";

// api:resolvers/shared/database.js
import { util as util2 } from "@aws-appsync/utils";

// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function conflict(message) {
  util.error(message, "Conflict");
}
function limitExceeded(message) {
  util.error(message, "LimitExceeded");
}

// api:resolvers/shared/database.js
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
function dayKey(sub, now) {
  return util4.dynamodb.toMapValues({ photoId: `PROFILE#${sub}`, row: `DAY#${now.slice(0, 10)}` });
}

// api:resolvers/reserve.js
function request(ctx) {
  if (!ctx.stash.make) {
    runtime.earlyReturn(null);
  }
  return {
    operation: "UpdateItem",
    key: dayKey(ctx.stash.make.owner, util5.time.nowISO8601()),
    update: expression("ADD #calls :one", { one: 1 }),
    condition: expression("attribute_not_exists(#calls ) OR #calls < :most", { most: JSON.parse(ctx.env.PICTURES_PER_DAY) })
  };
}
function response(ctx) {
  if (conditionFailed(ctx)) {
    limitExceeded(`you have sent ${ctx.env.PICTURES_PER_DAY} pictures today: send more tomorrow`);
  }
  return null;
}
export {
  request,
  response
};
