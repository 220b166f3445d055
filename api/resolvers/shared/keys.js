import { util } from '@aws-appsync/utils';

// The keys of the two tables, and what an id says. README.md has the rows as a table.

export function productKey(id) {
  return util.dynamodb.toMapValues({ id });
}

export function photoKey(photoId) {
  return util.dynamodb.toMapValues({ photoId, row: 'PHOTO' });
}

export function likeKey(photoId, sub) {
  return util.dynamodb.toMapValues({ photoId, row: `LIKE#${sub}` });
}

export function commentKey(photoId, id) {
  return util.dynamodb.toMapValues({ photoId, row: `COMMENT#${id}` });
}

export function profileKey(sub) {
  return util.dynamodb.toMapValues({ photoId: `PROFILE#${sub}`, row: 'PROFILE' });
}

/** The key of what counts a user's calls of a day, which is the beginning of a time, as in 2026-11-29. */
export function dayKey(sub, now) {
  return util.dynamodb.toMapValues({ photoId: `PROFILE#${sub}`, row: `DAY#${now.slice(0, 10)}` });
}

/** The key of what says that a user has an identity of the identity pool. */
export function identityKey(sub, identityId) {
  return util.dynamodb.toMapValues({ photoId: `PROFILE#${sub}`, row: `IDENTITY#${identityId}` });
}

/**
 * The sub of a photo's owner as its id claims: `<sub>.<UUID>`. It saves a read, and whoever relies on it makes
 * `photoOwner = :owner` on the photo's row a condition of the write.
 */
export function claimedOwner(photoId) {
  return photoId.slice(0, photoId.indexOf('.'));
}
