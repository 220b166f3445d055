import { liveProducts } from './picture.js';

// Which files are a row's, and which were made for one.

/** The key of a live product's JPEG, which stays when its picture changes. */
export function mainKey(id) {
  return `${liveProducts}${id}/main.jpg`;
}

/** What was made for a row in an area: the folder of its set, its claim and, if it is kept, its original. */
export function filesMade(area, set, claim) {
  return [`${area}${set.folder}/`, `answers/${claim}`, `originals/${set.original}`];
}

/** Has a later step end the call with an error, when it has removed what was made for a write that was refused and the row has not. */
export function refuse(ctx, type, message, row) {
  const none = ['originals/', 'originals/undefined']; // of a set without one
  const stay = [`/${row.folder}/`, `answers/${row.claim}`, `originals/${row.original}`, ...none];
  ctx.stash.remove = ctx.stash.made.filter((file) => !stay.some((end) => file.endsWith(end)));
  ctx.stash.refusal = { type, message };
}
