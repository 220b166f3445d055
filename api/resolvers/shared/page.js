import { badRequest } from './errors.js';
import { checkFault } from './database.js';
import { checkLength, isGiven } from './checks.js';

const usual = 20;
const most = 100;

// What a token of another list, of another version or of nobody leads to: AppSync refuses what it cannot decrypt with the
// first, DynamoDB a key outside of the query with a validation error, which has had these names.
const refusals = [
  'DynamoDB:UserIllegalArgumentException',
  'DynamoDB:ValidationException',
  'DynamoDB:DynamoDbException',
  'DynamoDB:AmazonDynamoDBException',
];

/** A Query's limit and nextToken by a list's arguments. */
export function pageRequest(args) {
  const page = { limit: isGiven(args.limit) ? args.limit : usual };
  if (page.limit < 1) {
    badRequest(`limit must be 1 to ${most}`);
  }
  if (page.limit > most) {
    page.limit = most;
  }
  if (isGiven(args.nextToken)) {
    checkLength('nextToken', args.nextToken, 1, 4096);
    page.nextToken = args.nextToken;
  }
  return page;
}

/** The rows of a Query's result; BadRequest for a token that is not of this list. */
export function pageRows(ctx) {
  if (ctx.error && isGiven(ctx.args.nextToken) && refusals.includes(ctx.error.type)) {
    badRequest('nextToken must be one that this list answered');
  }
  checkFault(ctx);
  return ctx.result.items;
}
