import {
  AddCommentDocument,
  type CommentFieldsFragment,
  CommentsByPhotoDocument,
  DeleteCommentDocument,
  EditCommentDocument,
} from '@/graphql/generated';
import { present, send } from './api';
import { persist } from './photos';

export type Comment = CommentFieldsFragment;

/** The longest comment, as `maxlength` counts. */
export const maxComment = 2_000;

export async function listComments(photoId: string, nextToken: string | null) {
  return (await send(CommentsByPhotoDocument, { photoId, limit: 50, nextToken })).commentsByPhoto;
}

export async function addComment(photoId: string, text: string): Promise<Comment> {
  return persist(async () => present((await send(AddCommentDocument, { photoId, text })).addComment));
}

export async function editComment({ photoId, id, version }: Comment, text: string): Promise<Comment> {
  return present((await send(EditCommentDocument, { photoId, id, version, text })).editComment);
}

export async function deleteComment({ photoId, id }: Comment): Promise<Comment> {
  return persist(async () => present((await send(DeleteCommentDocument, { photoId, id })).deleteComment));
}
