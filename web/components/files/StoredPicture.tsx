'use client';

import { StorageImage } from '@aws-amplify/ui-react-storage';
import { useState } from 'react';

/** Amplify's picture of an object. Its link ends with the credentials: one that no longer works is made anew, once. */
export default function StoredPicture({ path }: { path: string }) {
  const [turn, setTurn] = useState(0);
  return (
    <StorageImage
      key={turn}
      path={path}
      alt=""
      loading="lazy"
      validateObjectExistence={false}
      onError={() => setTurn((before) => Math.min(before + 1, 1))}
    />
  );
}
