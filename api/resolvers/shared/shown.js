import { expression } from './expression.js';
import { claimedOwner } from './keys.js';

/** The condition on a photo's row that it is its owner's, as the id claims, and that nobody hides it. */
export function isShown(photoId) {
  return expression('#photoOwner = :owner AND attribute_not_exists(#hidden )', { owner: claimedOwner(photoId) });
}
