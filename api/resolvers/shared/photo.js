import { jpegKey, photos, toPublicPicture } from './picture.js';

/** The Photo of a row of the table. */
export function toPhoto(ctx, row) {
  return {
    id: row.photoId,
    imgKey: jpegKey(row, photos),
    picture: toPublicPicture(ctx, row, photos),
    caption: row.caption,
    owner: row.photoOwner,
    uploadedBy: row.uploadedBy,
    likeCount: row.likeCount,
    commentCount: row.commentCount,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/**
 * The Photo of a row as the answer of a query, in which likedByMe is resolved for this caller. A mutation's answer goes to
 * subscribers as well, so it must not be marked like this.
 */
export function toPhotoSeenBy(ctx, row, sub) {
  return { ...toPhoto(ctx, row), viewer: sub };
}
