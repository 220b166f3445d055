'use client';

import Link from 'next/link';
import { cdnURL } from '@/lib/keys';
import type { Photo } from '@/lib/photos';
import { useBackend } from '../shell/Backend';
import { Picture } from '../ui/Picture';

/** Photos as a grid of squares; each leads to its page. */
export function ProfileGrid({ photos }: { photos: Photo[] }) {
  const { outputs } = useBackend();
  if (photos.length === 0) {
    return null;
  }
  return (
    <ul className="grid">
      {photos.map((photo, index) => (
        <li key={photo.id}>
          <Link href={`/photo/?id=${encodeURIComponent(photo.id)}`} prefetch={false} className="tile">
            <Picture
              src={cdnURL(outputs?.cdn ?? '', photo.imgKey)}
              alt={photo.caption ? `Photo: ${photo.caption.slice(0, 120)}` : `Photo by ${photo.uploadedBy}`}
              shape="square"
              eager={index < 6}
            />
            <span className="tile-counts" aria-hidden="true">
              ♥ {photo.likeCount.toLocaleString()}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
