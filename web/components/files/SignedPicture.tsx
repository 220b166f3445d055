'use client';

import { useState } from 'react';
import { nameOf } from '@/lib/files';
import { useSigned } from '@/lib/useSigned';
import { FaultNotice } from '../ui/FaultNotice';
import { Loading } from '../ui/Loading';
import { Notice } from '../ui/Notice';

/** A picture behind a link that renews itself, and the link. */
export function SignedPicture({ path }: { path: string }) {
  const { signed, fault } = useSigned([path]);
  const url = signed?.urls[0];
  const [missing, setMissing] = useState<string>();
  if (fault && !signed) {
    return <FaultNotice fault={fault} />;
  }
  if (!signed || !url) {
    return <Loading />;
  }
  return (
    <>
      {missing === url ? (
        <Notice kind="error">This picture cannot be shown: it was deleted, or you are not allowed to see it.</Notice>
      ) : (
        <img className="preview" src={url} alt={nameOf(path)} onError={() => setMissing(url)} />
      )}
      <p className="small muted">
        <a href={url} target="_blank" rel="noreferrer">
          Open in a new tab
        </a>
        . The link works until {signed.expires.toLocaleTimeString(undefined, { timeStyle: 'short' })} and renews itself
        while this is open.
      </p>
    </>
  );
}
