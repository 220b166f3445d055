import { runtime } from '@aws-appsync/utils';
import { made } from './shared/files.js';
import { answered } from './shared/picture.js';

// A step of pipelines: the function pictures makes a picture of an upload, or says why it cannot.
export function request(ctx) {
  if (!ctx.stash.make) {
    runtime.earlyReturn(null);
  }
  return { operation: 'Invoke', payload: { make: ctx.stash.make } };
}

export function response(ctx) {
  const { area, claim } = ctx.stash.make;
  const { picture } = answered(ctx);
  ctx.stash.picture = picture;
  made(ctx, area, picture.folder, [`answers/${claim}`, `originals/${picture.original}`]);
  return null;
}
