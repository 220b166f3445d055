import { util } from '@aws-appsync/utils';
import { requireCatalogue } from './shared/caller.js';
import { isGiven } from './shared/checks.js';
import { checkUpload, drafts } from './shared/picture.js';
import { checkProductInput } from './shared/product.js';

// Step 1 of 5: what the arguments say, before anything counts. A product with a picture has the id of the upload, so that
// the call that is made again, because its answer was lost, makes no second one.
export function request(ctx) {
  requireCatalogue(ctx);
  const { input } = ctx.args;
  checkProductInput(input);
  const { sub } = ctx.identity;
  let id = util.autoId();
  if (isGiven(input.imgKey)) {
    id = checkUpload(input.imgKey, sub);
    ctx.stash.make = { area: drafts, upload: input.imgKey, owner: sub, claim: `${id}.0.${id}` };
  }
  ctx.stash.id = id;
  ctx.stash.made = [];
  ctx.stash.upload = `${sub}/${id}`;
  return { payload: null };
}

export function response() {
  return null;
}
