import { liveProducts } from './picture.js';

// Which files are a row's, and which were made for one.

/** The key of a live product's JPEG, which stays when its picture changes. */
export function mainKey(id) {
  return `${liveProducts}${id}/main.jpg`;
}

/** Notes what was made for a row: the folder of a set in an area, and objects. */
export function made(ctx, area, folder, objects) {
  ctx.stash.folder = folder;
  ctx.stash.remove = {
    folders: [`${area}${folder}/`],
    objects: objects.filter((key) => key !== 'originals/'), // of a set whose original was not kept
  };
}

/** Has a later step end the call with an error, when it has removed what was made for a write that was refused, unless a row has it. */
export function refuse(ctx, type, message, row) {
  ctx.stash.discard = ![undefined, row.folder].includes(ctx.stash.folder);
  ctx.stash.refusal = { type, message };
}
