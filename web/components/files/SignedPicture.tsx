'use client';

import { useState } from 'react';
import { nameOf } from '@/lib/files';
import { useSigned } from '@/lib/useSigned';
import { FaultNotice } from '../ui/FaultNotice';
import { Loading } from '../ui/Loading';
import { Notice } from '../ui/Notice';

/** A picture behind a link that renews itself, and the link. */
export function SignedPicture({ path }: { path: string }) {
  const { signed, fault } = useSigned(path);
  const [missing, setMissing] = useState<string>();
  if (fault && !signed) {
    return <FaultNotice fault={fault} />;
  }
  if (!signed) {
    return <Loading />;
  }
  return (
    <>
      {missing === signed.url ? (
        <Notice kind="error">This picture cannot be shown: it was deleted, or you are not allowed to see it.</Notice>
      ) : (
        <img className="preview" src={signed.url} alt={nameOf(path)} onError={() => setMissing(signed.url)} />
      )}
      <p className="small muted">
        <a href={signed.url} target="_blank" rel="noreferrer">
          Open in a new tab
        </a>
        . The link works until {signed.expires.toLocaleTimeString(undefined, { timeStyle: 'short' })} and renews itself
        while this is open.
      </p>
    </>
  );
}
