import { conflict } from './errors.js';
import { filesMade } from './files.js';
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

/**
 * Keeps where the pictures were copied to, and the version that the write wants: where files were gone the row has changed since, and
 * the version is one that no row has. So the write sees the row, and what was copied is removed but for what it names.
 */
export function keepCopy(ctx) {
  const { to, claim } = ctx.stash.copy;
  const answer = answered(ctx);
  ctx.stash.version = answer.gone ? 0 : ctx.args.version;
  ctx.stash.folder = answer.folder;
  ctx.stash.made = filesMade(to, answer, claim);
}
