'use client';

import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import { type Comment, deleteComment, editComment } from '@/lib/comments';
import type { Photo } from '@/lib/photos';
import type { User } from '@/lib/session';
import { useAct } from '@/lib/useAct';
import { Confirm } from '../ui/Confirm';
import { When } from '../ui/When';
import { CommentForm } from './CommentForm';

type Props = { comment: Comment; photo: Photo; user: User; onChanged: (comment: Comment) => void };

/** A comment. Its author edits it; its author, the photo's owner and admins delete it. */
export function CommentItem({ comment, photo, user, onChanged }: Props) {
  const [asked, setAsked] = useState<'edit' | 'delete'>();
  const own = comment.owner === user.sub;
  const edit = useRef<HTMLButtonElement>(null);
  const edited = useRef(false);
  useEffect(() => {
    // Back to where the form was opened.
    if (edited.current && asked !== 'edit') {
      edit.current?.focus();
    }
    edited.current = asked === 'edit';
  }, [asked]);
  const remove = useAct(async () => onChanged(await deleteComment(comment)));
  return (
    <li className="comment">
      <p className="comment-head">
        <Link href={`/profile/?user=${encodeURIComponent(comment.owner)}`} prefetch={false} className="author">
          {comment.author}
        </Link>
        <span className="small muted">
          <When at={comment.createdAt} time />
          {comment.version > 1 && ', edited'}
        </span>
      </p>
      {asked === 'edit' ? (
        <CommentForm
          label="Edit your comment"
          verb="Save"
          text={comment.text ?? ''}
          onCancel={() => setAsked(undefined)}
          onSend={async (text) => {
            onChanged(await editComment(comment, text));
            setAsked(undefined);
          }}
        />
      ) : (
        <p className="prose">{comment.text}</p>
      )}
      {asked !== 'edit' && (
        <div className="comment-menu">
          {own && (
            <button type="button" className="link-button" ref={edit} onClick={() => setAsked('edit')}>
              Edit
            </button>
          )}
          {(own || photo.owner === user.sub || user.admin) && (
            <button type="button" className="link-button link-danger" onClick={() => setAsked('delete')}>
              Delete
            </button>
          )}
        </div>
      )}
      {asked === 'delete' && (
        <Confirm
          title="Delete this comment?"
          verb="Delete"
          busy={remove.busy}
          fault={remove.fault}
          onConfirm={() => void remove.run()}
          onClose={() => setAsked(undefined)}
        >
          <blockquote className="prose">{comment.text}</blockquote>
        </Confirm>
      )}
    </li>
  );
}
