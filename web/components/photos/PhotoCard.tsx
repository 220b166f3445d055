'use client';

import Link from 'next/link';
import { useId, useState } from 'react';
import type { Photo } from '@/lib/photos';
import { slots } from '@/lib/picture';
import type { User } from '@/lib/session';
import { Picture } from '../ui/Picture';
import { When } from '../ui/When';
import { Comments } from './Comments';
import { LikeButton } from './LikeButton';
import { PhotoMenu } from './PhotoMenu';

type Props = {
  photo: Photo;
  user: User;
  /** Whether the photo is what the page is about: its comments are open. */
  alone?: boolean;
  eager?: boolean;
  change: (id: string, change: (photo: Photo) => Photo) => void;
  drop: (id: string) => void;
};

/** A photo with its author, picture, likes, caption and comments. */
export function PhotoCard({ photo, user, alone = false, eager = false, change, drop }: Props) {
  const [open, setOpen] = useState(alone);
  const thread = useId();
  const page = `/photo/?id=${encodeURIComponent(photo.id)}`;
  const picture = (
    <Picture
      picture={photo.picture}
      alt={photo.caption ? `Photo: ${photo.caption.slice(0, 120)}` : `Photo by ${photo.uploadedBy}`}
      slot={alone ? slots.photo : slots.feed}
      eager={eager}
    />
  );
  return (
    <article className="photo" aria-label={`Photo by ${photo.uploadedBy}`}>
      <header className="photo-head">
        <Link href={`/profile/?user=${encodeURIComponent(photo.owner)}`} prefetch={false} className="author">
          <span className="initial" aria-hidden="true">
            {photo.uploadedBy.slice(0, 1).toUpperCase()}
          </span>
          {photo.uploadedBy}
        </Link>
        <span className="small muted">
          <When at={photo.createdAt} />
        </span>
      </header>
      {alone ? (
        picture
      ) : (
        <Link href={page} prefetch={false} className="photo-picture">
          {picture}
        </Link>
      )}
      <div className="photo-body">
        <div className="photo-row">
          <LikeButton photo={photo} change={change} />
          <button
            type="button"
            className="pill"
            aria-expanded={open}
            aria-controls={thread}
            onClick={() => setOpen(!open)}
          >
            <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
              <path
                d="M4 5h16v11H9l-5 4z"
                fill="none"
                stroke="currentColor"
                strokeWidth="1.75"
                strokeLinejoin="round"
              />
            </svg>
            {photo.commentCount.toLocaleString()}
            <span className="visually-hidden">{photo.commentCount === 1 ? 'comment' : 'comments'}</span>
          </button>
          <PhotoMenu photo={photo} user={user} change={change} drop={drop} />
        </div>
        {photo.caption && <p className="prose">{photo.caption}</p>}
        <div id={thread}>
          {open && (
            <Comments
              photo={photo}
              user={user}
              onCount={(commentCount) =>
                change(photo.id, (now) => (now.commentCount === commentCount ? now : { ...now, commentCount }))
              }
            />
          )}
        </div>
      </div>
    </article>
  );
}
