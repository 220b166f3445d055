import { util } from '@aws-appsync/utils';
import { signedIn } from './shared/caller.js';
import { checkFault } from './shared/database.js';
import { expression } from './shared/expression.js';
import { profileKey } from './shared/keys.js';

// A day: the tokens and credentials that the caller has live an hour, and what they leave behind meanwhile goes after that.
const mostMilliseconds = 24 * 60 * 60 * 1000;

// Marks the caller's profile, which need not be there, as one of who leaves. The first mark stays. The table's stream tells of it, and
// the rest is done by who hears.
export function request(ctx) {
  const { sub, username } = signedIn(ctx);
  return {
    operation: 'UpdateItem',
    key: profileKey(sub),
    update: expression('SET #leaving = if_not_exists(#leaving, :now), #username = :username REMOVE #name', {
      now: util.time.nowISO8601(),
      username,
    }),
  };
}

export function response(ctx) {
  checkFault(ctx);
  return util.time.epochMilliSecondsToISO8601(util.time.parseISO8601ToEpochMilliSeconds(ctx.result.leaving) + mostMilliseconds);
}
