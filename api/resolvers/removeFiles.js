import { runtime, util } from '@aws-appsync/utils';

// A step of pipelines, after the write: the function remover removes what no row names. What goes wrong there is nothing that
// the caller could mend. A write that was refused is told when what was made for it has gone.
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
