'use client';

import Link from 'next/link';
import type { Photo } from '@/lib/photos';
import { slots } from '@/lib/picture';
import { Picture } from '../ui/Picture';

/** Photos as a grid of squares; each leads to its page. */
export function ProfileGrid({ photos }: { photos: Photo[] }) {
  if (photos.length === 0) {
    return null;
  }
  return (
    <ul className="grid">
      {photos.map((photo, index) => (
        <li key={photo.id}>
          <Link href={`/photo/?id=${encodeURIComponent(photo.id)}`} prefetch={false} className="tile">
            <Picture
              picture={photo.picture}
              alt={photo.caption ? `Photo: ${photo.caption.slice(0, 120)}` : `Photo by ${photo.uploadedBy}`}
              slot={slots.tile}
              eager={index === 0}
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
