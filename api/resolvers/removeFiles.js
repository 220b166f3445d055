import { runtime, util } from '@aws-appsync/utils';

// The last step of pipelines that have pictures made. After a write that was refused the function remover removes what was made for
// it, and then the caller is told; what goes wrong there is nothing that they could mend. What a row had and has no longer goes by the
// table's stream.
export function request(ctx) {
  const { remove } = ctx.stash;
  if (!remove || remove.length === 0) {
    finish(ctx);
    runtime.earlyReturn(ctx.prev.result);
  }
  const folders = remove.filter((file) => file.endsWith('/'));
  const objects = remove.filter((file) => !file.endsWith('/'));
  return { operation: 'Invoke', payload: { remove: { folders, objects } } };
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
