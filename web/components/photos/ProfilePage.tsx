'use client';

import Link from 'next/link';
import { useEffect } from 'react';
import { OnPhotoChangedDocument, OnPhotoCreatedDocument, OnPhotoDeletedDocument } from '@/graphql/generated';
import { newestFirst } from '@/lib/pages';
import { changed, getProfile, type Photo, photosByOwner, posted } from '@/lib/photos';
import type { User } from '@/lib/session';
import { title } from '@/lib/title';
import { useLive } from '@/lib/useLive';
import { useOne } from '@/lib/useOne';
import { usePages } from '@/lib/usePages';
import { useQuery } from '@/lib/useQuery';
import { SignedIn } from '../shell/SignedIn';
import { FaultNotice } from '../ui/FaultNotice';
import { Loading } from '../ui/Loading';
import { More } from '../ui/More';
import { ProfileGrid } from './ProfileGrid';

/** A user's photos with their counts; one's own when the address names nobody. */
export function ProfilePage() {
  const asked = useQuery('user');
  return (
    <SignedIn to="see profiles">
      {(user) => <Profile key={asked} owner={asked || user.sub} user={user} />}
    </SignedIn>
  );
}

function Profile({ owner, user }: { owner: string; user: User }) {
  const own = owner === user.sub;
  const profile = useOne(owner, () => getProfile(owner));
  const photos = usePages<Photo>(owner, newestFirst, (token) => photosByOwner(owner, token));
  const { put, drop, change, items } = photos;
  const name = profile.value?.name ?? (own ? user.username : undefined);

  // The counts are the server's when the page opens, and follow what happens from then on.
  const count = (photoCount: number, likeCount: number) =>
    profile.set(
      (now) => now && { ...now, photoCount: now.photoCount + photoCount, likeCount: now.likeCount + likeCount },
    );
  const shown = (id: string) => items.find((photo) => photo.id === id);
  useLive(OnPhotoCreatedDocument, {}, 'user', ({ onPhotoCreated: photo }) => {
    if (photo?.owner === owner && !shown(photo.id)) {
      put(posted(photo));
      count(1, 0);
      if (!profile.value) {
        profile.reload();
      }
    }
  });
  useLive(OnPhotoChangedDocument, {}, 'user', ({ onPhotoChanged: photo }) => {
    const before = photo && shown(photo.id);
    if (before) {
      change(photo.id, changed(photo));
      count(0, photo.likeCount - before.likeCount);
    }
  });
  useLive(OnPhotoDeletedDocument, {}, 'user', ({ onPhotoDeleted: photo }) => {
    if (photo?.owner === owner) {
      drop(photo.id);
      count(-1, -photo.likeCount);
    }
  });
  useEffect(() => {
    if (name) {
      document.title = `${name} · ${title}`;
    }
  }, [name]);

  return (
    <>
      <div className="profile-head">
        <span className="initial initial-large" aria-hidden="true">
          {(name ?? '?').slice(0, 1).toUpperCase()}
        </span>
        <div>
          <h1>{name ?? 'Profile'}</h1>
          {profile.value && (
            <p className="muted">
              <strong>{profile.value.photoCount.toLocaleString()}</strong>{' '}
              {profile.value.photoCount === 1 ? 'photo' : 'photos'} ·{' '}
              <strong>{profile.value.likeCount.toLocaleString()}</strong>{' '}
              {profile.value.likeCount === 1 ? 'like' : 'likes'}
            </p>
          )}
        </div>
      </div>
      {profile.fault && <FaultNotice fault={profile.fault} onRetry={profile.reload} />}
      {photos.loading && <Loading what="Loading photos" />}
      <ProfileGrid photos={items} />
      {!photos.loading && !photos.fault && items.length === 0 && (
        <div className="empty">
          <h2>No photos</h2>
          <p>{own ? 'What you post shows up here.' : 'Nothing was posted here so far.'}</p>
          <Link className="button" href="/photos/" prefetch={false}>
            {own ? 'Post your first photo' : 'All photos'}
          </Link>
        </div>
      )}
      <More pages={photos} what="photos" />
    </>
  );
}
