import { util } from '@aws-appsync/utils';
import { conflict } from './errors.js';

// What DynamoDB answered. After a failed condition AppSync reads the row and shows it to the resolver: as ctx.result, and
// after a cancelled transaction as an item of ctx.result.cancellationReasons (AppSync developer guide, "Condition
// expressions" and "TransactWriteItems"). Resolvers look at such a row to find the right error, and answer nothing of it.

/** Ends with the error that DynamoDB reported, if any, without its words: they can name tables and roles. */
export function checkFault(ctx) {
  if (ctx.error) {
    fault(ctx);
  }
}

/** Whether the condition of a single write failed. Every other error ends here. */
export function conditionFailed(ctx) {
  if (ctx.error && ctx.error.type !== 'DynamoDB:ConditionalCheckFailedException') {
    fault(ctx);
  }
  return !!ctx.error;
}

/**
 * Which conditions of a transaction failed: true or false for each of its items, in their order, and an empty list when
 * it succeeded. Every other error ends here, a clash with another write as a Conflict.
 */
export function failedConditions(ctx) {
  if (!ctx.error) {
    return [];
  }
  if (ctx.error.type !== 'DynamoDB:TransactionCanceledException') {
    fault(ctx);
  }
  const reasons = ctx.result.cancellationReasons;
  // AppSync documents ConditionCheckFailed, DynamoDB itself says ConditionalCheckFailed.
  const failed = reasons.map((reason) => reason.type.startsWith('Condition'));
  if (!failed.includes(true)) {
    if (reasons.some((reason) => reason.type === 'TransactionConflict')) {
      conflict('another write came in the same moment: try again');
    }
    fault(ctx);
  }
  return failed;
}

function fault(ctx) {
  if (ctx.error.type === 'DynamoDB:TransactionConflictException') {
    conflict('another write came in the same moment: try again');
  }
  util.error('the database could not do this: try again', ctx.error.type);
}
