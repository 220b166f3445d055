'use client';

import { useState } from 'react';
import { isPicture, thumbnailOf } from '@/lib/files';
import { useSigned } from '@/lib/useSigned';

/** What a file looks like, small: its thumbnail, or its suffix. The file itself is not loaded for it. */
export function Thumbnail({ path }: { path: string }) {
  const suffix = /\.([a-z0-9]{1,4})$/i.exec(path)?.[1]?.toUpperCase() ?? 'FILE';
  return (
    <span className="thumbnail" aria-hidden="true">
      {isPicture(path) ? <Small path={thumbnailOf(path)} suffix={suffix} /> : suffix}
    </span>
  );
}

function Small({ path, suffix }: { path: string; suffix: string }) {
  const { signed } = useSigned([path]);
  const [missing, setMissing] = useState<string>();
  const url = signed?.urls[0];
  if (!url || missing === url) {
    return suffix;
  }
  return <img src={url} alt="" width={56} height={56} loading="lazy" decoding="async" onError={() => setMissing(url)} />;
}
