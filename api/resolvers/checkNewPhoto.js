import { signedIn } from './shared/caller.js';
import { checkLength, isGiven } from './shared/checks.js';
import { checkUpload, photos } from './shared/picture.js';

// Step 1 of 7: what the arguments say, before anything counts.
export function request(ctx) {
  const { sub, username } = signedIn(ctx);
  const { input } = ctx.args;
  if (isGiven(input.caption)) {
    checkLength('caption', input.caption, 0, 2200);
  }
  ctx.stash.username = username;
  const claim = checkUpload(input.imgKey, sub);
  ctx.stash.photoId = `${sub}.${claim}`;
  ctx.stash.make = { area: photos, upload: input.imgKey, owner: sub, claim };
  return { payload: null };
}

export function response() {
  return null;
}
