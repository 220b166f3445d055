import { util } from '@aws-appsync/utils';
import { badRequest } from './errors.js';

const suffixes = ['jpg', 'jpeg', 'png', 'gif', 'webp', 'avif'];

export const drafts = 'drafts/';
export const liveProducts = 'public/products/';

/** The folder of a user's photos. */
export function photosOf(sub) {
  return `public/photos/${sub}/`;
}

/** BadRequest unless key is `<folder><UUID>.<suffix>`, in lower case, and nothing else. */
export function checkPicture(key, folder) {
  if (!key.startsWith(folder) || !isPictureName(key.slice(folder.length))) {
    badRequest(`imgKey must be ${folder}<UUID>.<suffix> with a suffix of ${suffixes.join(', ')}`);
  }
}

function isPictureName(name) {
  return isUUID(name.slice(0, 36)) && name.charAt(36) === '.' && suffixes.includes(name.slice(37));
}

// The length is checked apart, because $ also matches before a line break at the end.
function isUUID(text) {
  return text.length === 36 && util.matches('^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', text);
}
