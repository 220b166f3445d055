import { badRequest } from './errors.js';

const suffixes = ['jpg', 'jpeg', 'png', 'gif', 'webp', 'avif'];
const hex = '0123456789abcdef';
const dashes = [8, 13, 18, 23];

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

// Without util.matches: AWS does not say whether that searches or matches the whole.
function isUUID(text) {
  return text.length === 36 && text.split('').every((char, i) => (dashes.includes(i) ? char === '-' : hex.includes(char)));
}
