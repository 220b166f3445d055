import { runtime, util } from '@aws-appsync/utils';
import { conditionFailed } from './shared/database.js';
import { limitExceeded } from './shared/errors.js';
import { expression } from './shared/expression.js';
import { dayKey } from './shared/keys.js';

// A step of pipelines that have a picture made: the call counts, also when it comes to nothing.
export function request(ctx) {
  if (!ctx.stash.make) {
    runtime.earlyReturn(null);
  }
  const most = JSON.parse(ctx.env.PICTURES_PER_DAY);
  if (most === 0) {
    limitExceeded('no pictures are taken at the moment: try again later');
  }
  return {
    operation: 'UpdateItem',
    key: dayKey(ctx.stash.make.owner, util.time.nowISO8601()),
    update: expression('ADD #calls :one', { one: 1 }),
    condition: expression('attribute_not_exists(#calls ) OR #calls < :most', { most }),
  };
}

export function response(ctx) {
  if (conditionFailed(ctx)) {
    limitExceeded(`you have sent ${ctx.env.PICTURES_PER_DAY} pictures today: send more tomorrow`);
  }
  return null;
}
