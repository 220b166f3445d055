'use client';

import { useState } from 'react';
import { OnPhotoChangedDocument, OnPhotoCreatedDocument, OnPhotoDeletedDocument } from '@/graphql/generated';
import { newestFirst } from '@/lib/pages';
import { changed, listPhotos, type Photo, posted } from '@/lib/photos';
import type { User } from '@/lib/session';
import { useCatchUp } from '@/lib/useCatchUp';
import { useLive } from '@/lib/useLive';
import { usePages } from '@/lib/usePages';
import { SignedIn } from '../shell/SignedIn';
import { Loading } from '../ui/Loading';
import { More } from '../ui/More';
import { PhotoCard } from './PhotoCard';
import { PostForm } from './PostForm';

/** Everybody's photos, live, with a form to post one. */
export function Feed() {
  return <SignedIn to="see photos and post your own">{(user) => <Photos user={user} />}</SignedIn>;
}

function Photos({ user }: { user: User }) {
  const [news, setNews] = useState('');
  const photos = usePages<Photo>('photos', newestFirst, listPhotos);
  const { put, drop, change } = photos;
  useCatchUp(photos.reload);

  useLive(OnPhotoCreatedDocument, {}, 'user', ({ onPhotoCreated: photo }) => {
    // One's own photo is there already, perhaps with a like.
    if (photo && !photos.items.some(({ id }) => id === photo.id)) {
      put(posted(photo));
      setNews(`New photo by ${photo.uploadedBy}`);
    }
  });
  useLive(OnPhotoChangedDocument, {}, 'user', ({ onPhotoChanged: photo }) => {
    if (photo) {
      change(photo.id, changed(photo));
    }
  });
  useLive(OnPhotoDeletedDocument, {}, 'user', ({ onPhotoDeleted: photo }) => {
    if (photo) {
      drop(photo.id);
    }
  });

  return (
    <div className="feed">
      <PostForm sub={user.sub} onPosted={put} />
      <p className="visually-hidden" role="status">
        {news}
      </p>
      {photos.loading && <Loading what="Loading photos" />}
      {photos.items.map((photo, index) => (
        <PhotoCard key={photo.id} photo={photo} user={user} eager={index === 0} change={change} drop={drop} />
      ))}
      {!photos.loading && photos.items.length === 0 && !photos.fault && (
        <div className="empty">
          <h2>No photos yet</h2>
          <p>Post the first one. Everybody who is signed in sees it at once.</p>
        </div>
      )}
      <More pages={photos} what="photos" />
    </div>
  );
}
