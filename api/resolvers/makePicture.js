import { runtime } from '@aws-appsync/utils';
import { filesMade } from './shared/files.js';
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
  ctx.stash.made = filesMade(area, picture, claim);
  return null;
}
