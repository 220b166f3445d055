/** The Photo of a row of the table. */
export function toPhoto(row) {
  return {
    id: row.photoId,
    imgKey: row.imgKey,
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
export function toPhotoSeenBy(row, sub) {
  return { ...toPhoto(row), viewer: sub };
}
