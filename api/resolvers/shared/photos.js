import { signedIn } from './caller.js';
import { pageRows } from './page.js';
import { toPhotoSeenBy } from './photo.js';

/** The PhotoConnection of what a query answered, for this caller. */
export function toPhotoConnection(ctx) {
  const { sub } = signedIn(ctx);
  return { items: pageRows(ctx).map((row) => toPhotoSeenBy(ctx, row, sub)), nextToken: ctx.result.nextToken };
}
