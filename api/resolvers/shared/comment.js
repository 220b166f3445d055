/** The Comment of a row of the table. */
export function toComment(row) {
  return {
    id: row.row.slice('COMMENT#'.length),
    photoId: row.photoId,
    text: row.text,
    author: row.author,
    owner: row.owner,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  };
}
