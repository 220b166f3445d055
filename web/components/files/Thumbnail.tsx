'use client';

import dynamic from 'next/dynamic';
import { isPicture } from '@/lib/files';

const StoredPicture = dynamic(() => import('./StoredPicture'), { ssr: false });

/** What a file looks like, small: the picture itself, or its suffix. */
export function Thumbnail({ path }: { path: string }) {
  const suffix = /\.([a-z0-9]{1,4})$/i.exec(path)?.[1]?.toUpperCase() ?? 'FILE';
  return (
    <span className="thumbnail" aria-hidden="true">
      {isPicture(path) ? <StoredPicture path={path} /> : suffix}
    </span>
  );
}
