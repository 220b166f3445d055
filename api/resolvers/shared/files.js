import { areaOf, liveProducts } from './picture.js';

// Which files are a row's. Folders end with a slash.

/** The key of a live product's JPEG, which stays when its picture changes. */
export function mainKey(id) {
  return `${liveProducts}${id}/main.jpg`;
}

/** What was written for a set that was made in an area, or copied to it: its folder, its claim and, if it is kept, its original. */
export function filesMade(area, set, claim) {
  return [`${area}${set.folder}/`, `answers/${claim}`, `originals/${set.original}`];
}

/** What was written for the picture of a product. */
export function filesOfProduct(row) {
  return filesMade(areaOf(row), row, row.claim);
}

/** Has a later step end the call with an error, when it has removed what was made for a write that was refused, but what stays. */
export function refuse(ctx, type, message, stay) {
  const none = 'originals/'; // of a row whose original was not kept
  const kept = [...stay, none];
  ctx.stash.remove = ctx.stash.made.filter((file) => !kept.includes(file));
  ctx.stash.refusal = { type, message };
}
