import { conflict } from './errors.js';
import { answered, areaOf, fileOf } from './picture.js';
import { changedMeanwhile } from './product.js';

/** Has the function pictures copy the pictures of the product that step 1 read to another area, under a new folder. */
export function copyPictures(ctx, to) {
  const { product } = ctx.stash;
  const from = areaOf(product);
  if (from === to) {
    conflict(changedMeanwhile);
  }
  const copy = {
    from: `${from}${product.folder}/`,
    to,
    claim: `${product.folder}.${product.version}`,
    files: product.renditions.map((one) => fileOf(one)),
  };
  ctx.stash.copy = copy;
  return { operation: 'Invoke', payload: { copy } };
}

/** Keeps where the pictures were copied to. */
export function keepCopy(ctx) {
  const { to, claim } = ctx.stash.copy;
  const answer = answered(ctx);
  ctx.stash.folder = answer.folder;
  ctx.stash.made = [`${to}${answer.folder}/`, `answers/${claim}`];
}
