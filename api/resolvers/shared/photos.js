import { signedIn } from './caller.js';
import { pageRows } from './page.js';
import { toPhotoSeenBy } from './photo.js';

/** The PhotoConnection of what a query answered, for this caller: without what is hidden, so that a page may have fewer than asked for. */
export function toPhotoConnection(ctx) {
  const { sub } = signedIn(ctx);
  const rows = pageRows(ctx).filter((row) => !row.hidden);
  return { items: rows.map((row) => toPhotoSeenBy(ctx, row, sub)), nextToken: ctx.result.nextToken };
}
