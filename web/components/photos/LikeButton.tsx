'use client';

import { changed, type Photo, setLike } from '@/lib/photos';
import { useAct } from '@/lib/useAct';
import { FaultWords } from '../ui/FaultWords';

type Props = { photo: Photo; change: (id: string, change: (photo: Photo) => Photo) => void };

/** Likes a photo or takes the like back: at once on the page, then at the backend, and back when that refuses. */
export function LikeButton({ photo, change }: Props) {
  const { id, likedByMe, likeCount } = photo;
  const act = useAct(async (like: boolean) => {
    change(id, (now) => mark(now, like));
    try {
      const answer = await setLike(id, like);
      change(id, (now) => ({ ...changed(answer)(now), likedByMe: like }));
    } catch (thrown) {
      change(id, (now) => mark(now, !like));
      throw thrown;
    }
  });
  return (
    <>
      <button
        type="button"
        className={likedByMe ? 'pill pill-liked' : 'pill'}
        aria-pressed={likedByMe}
        aria-busy={act.busy}
        onClick={() => void act.run(!likedByMe)}
      >
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
          <path
            d="M12 20s-7.5-4.6-7.5-10A4.2 4.2 0 0 1 12 7.4 4.2 4.2 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z"
            fill={likedByMe ? 'currentColor' : 'none'}
            stroke="currentColor"
            strokeWidth="1.75"
            strokeLinejoin="round"
          />
        </svg>
        {likeCount.toLocaleString()}
        <span className="visually-hidden">{likeCount === 1 ? 'like' : 'likes'}: like this photo</span>
      </button>
      {act.fault && (
        <span className="small field-fault" role="alert">
          <FaultWords fault={act.fault} />
        </span>
      )}
    </>
  );
}

function mark(photo: Photo, like: boolean): Photo {
  if (photo.likedByMe === like) {
    return photo;
  }
  return { ...photo, likedByMe: like, likeCount: Math.max(0, photo.likeCount + (like ? 1 : -1)) };
}
