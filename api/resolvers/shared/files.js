import { areaOf, liveProducts, photos } from './picture.js';

// Which files are a row's. Folders end with a slash.

/** The key of a live product's JPEG, which stays when its picture changes. */
export function mainKey(id) {
  return `${liveProducts}${id}/main.jpg`;
}

/** What was written for a set that was made in an area, or copied to it: its folder, its claim and, if it is kept, its original. */
export function filesMade(area, set, claim) {
  return [`${area}${set.folder}/`, `answers/${claim}`, `originals/${set.original}`];
}

/** The files of a photo. */
export function filesOfPhoto(row) {
  return [...filesMade(photos, row, row.claim), `uploads/${row.upload}`];
}

/** The files of a product that has a picture. */
export function filesOfProduct(row) {
  const files = [...filesMade(areaOf(row), row, row.claim), `uploads/${row.upload}`];
  return row.state === 'LIVE' ? [...files, mainKey(row.id)] : files;
}

/** Has a later step remove the files but those that stay. */
export function remove(ctx, files, stay) {
  const none = 'originals/'; // of a row whose original was not kept
  const kept = [...stay, none];
  ctx.stash.remove = files.filter((file) => !kept.includes(file));
}

/** Has a later step end the call with an error, when it has removed what was made for a write that was refused. */
export function refuse(ctx, type, message, stay) {
  remove(ctx, ctx.stash.made, stay);
  ctx.stash.refusal = { type, message };
}
