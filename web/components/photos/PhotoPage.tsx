'use client';

import Link from 'next/link';
import { OnPhotoChangedDocument, OnPhotoDeletedDocument } from '@/graphql/generated';
import { changed, getPhoto, type Photo } from '@/lib/photos';
import type { User } from '@/lib/session';
import { useCatchUp } from '@/lib/useCatchUp';
import { useLive } from '@/lib/useLive';
import { useOne } from '@/lib/useOne';
import { useQuery } from '@/lib/useQuery';
import { SignedIn } from '../shell/SignedIn';
import { FaultNotice } from '../ui/FaultNotice';
import { Loading } from '../ui/Loading';
import { PhotoCard } from './PhotoCard';

/** One photo, by the id in the address. */
export function PhotoPage() {
  const id = useQuery('id') ?? '';
  return <SignedIn to="see this photo">{(user) => <OnePhoto key={id} id={id} user={user} />}</SignedIn>;
}

function OnePhoto({ id, user }: { id: string; user: User }) {
  const photo = useOne<Photo>(id, async () => (id ? getPhoto(id) : null));
  useLive(OnPhotoChangedDocument, { id }, id ? 'user' : undefined, ({ onPhotoChanged: event }) => {
    if (event) {
      photo.set((now) => now && changed(event)(now));
    }
  });
  useCatchUp(photo.reload);
  useLive(OnPhotoDeletedDocument, { id }, id ? 'user' : undefined, () => photo.set(null));

  if (photo.fault) {
    return <FaultNotice fault={photo.fault} onRetry={photo.reload} />;
  }
  if (photo.loading) {
    return <Loading what="Loading the photo" />;
  }
  if (!photo.value) {
    return (
      <div className="empty">
        <h2>No such photo</h2>
        <p>It was deleted, or the link is not whole.</p>
        <Link className="button" href="/photos/" prefetch={false}>
          All photos
        </Link>
      </div>
    );
  }
  return (
    <div className="feed feed-wide">
      <PhotoCard
        photo={photo.value}
        user={user}
        alone
        eager
        change={(_, change) => photo.set((now) => now && change(now))}
        drop={() => photo.set(null)}
      />
    </div>
  );
}
