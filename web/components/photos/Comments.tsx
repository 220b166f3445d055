'use client';

import { useEffect, useState } from 'react';
import { OnCommentChangedDocument } from '@/graphql/generated';
import { addComment, type Comment, listComments } from '@/lib/comments';
import { oldestFirst } from '@/lib/pages';
import type { Photo } from '@/lib/photos';
import type { User } from '@/lib/session';
import { useCatchUp } from '@/lib/useCatchUp';
import { useLive } from '@/lib/useLive';
import { usePages } from '@/lib/usePages';
import { Loading } from '../ui/Loading';
import { More } from '../ui/More';
import { CommentForm } from './CommentForm';
import { CommentItem } from './CommentItem';

type Props = { photo: Photo; user: User; onCount: (count: number) => void };

/** The comments on a photo, oldest first, live, with a form for another. */
export function Comments({ photo, user, onCount }: Props) {
  const comments = usePages<Comment>(photo.id, oldestFirst, (token) => listComments(photo.id, token));
  const { put, drop, items } = comments;
  const [sent, setSent] = useState(false);
  useCatchUp(comments.reload);

  // A deleted comment arrives without text.
  const show = (comment: Comment) => (comment.text === null ? drop(comment.id) : put(comment));
  useLive(OnCommentChangedDocument, { photoId: photo.id }, 'user', ({ onCommentChanged: comment }) => {
    if (comment) {
      show(comment);
    }
  });

  // Once all are read, their number is known better here than from the photo.
  const whole = !comments.loading && !comments.loadingMore && !comments.more && !comments.fault;
  useEffect(() => {
    if (whole) {
      onCount(items.length);
    }
    // Only the number counts: onCount is another function at every render.
  }, [whole, items.length]);

  return (
    <section className="comments" aria-label="Comments">
      {comments.loading && <Loading what="Loading comments" />}
      {items.length > 0 && (
        <ol className="stack">
          {items.map((comment) => (
            <CommentItem key={comment.id} comment={comment} photo={photo} user={user} onChanged={show} />
          ))}
        </ol>
      )}
      {whole && items.length === 0 && <p className="small muted">No comments yet.</p>}
      <More pages={comments} what="comments" />
      {sent && comments.more && <p className="small muted">Your comment is at the end, after the ones not shown yet.</p>}
      {/* After the comments: they would push it down. */}
      {!comments.loading && (
        <CommentForm
          label="Write a comment"
          verb="Comment"
          onSend={async (text) => {
            show(await addComment(photo.id, text));
            setSent(true);
          }}
        />
      )}
    </section>
  );
}
