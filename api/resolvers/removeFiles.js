import { runtime, util } from '@aws-appsync/utils';

// The last step of pipelines that have pictures made. After a write that was refused the function remover removes what was made for
// it, and then the caller is told; what goes wrong there is nothing that they could mend. What a row had and has no longer goes by the
// table's stream.
export function request(ctx) {
  if (!ctx.stash.discard) {
    finish(ctx);
    runtime.earlyReturn(ctx.prev.result);
  }
  return { operation: 'Invoke', payload: { remove: ctx.stash.remove } };
}

export function response(ctx) {
  finish(ctx);
  return ctx.prev.result;
}

function finish(ctx) {
  const { refusal } = ctx.stash;
  if (refusal) {
    util.error(refusal.message, refusal.type);
  }
}
