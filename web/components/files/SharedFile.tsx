'use client';

import Link from 'next/link';
import { isPicture, nameOf } from '@/lib/files';
import { FileActions } from './FileActions';
import { SignedPicture } from './SignedPicture';

/** Somebody else's file, by a link that they gave. */
export function SharedFile({ path }: { path: string | undefined }) {
  if (!path) {
    return (
      <div className="empty">
        <h2>Not a link to a shared file</h2>
        <p>Ask for the link again: a part of it is missing, or it leads to a file that is not shared.</p>
        <OwnFilesLink />
      </div>
    );
  }
  return (
    <section className="panel narrow" aria-labelledby="shared">
      <h2 id="shared" className="file-name">
        {nameOf(path)}
      </h2>
      <p className="muted">Somebody shared this file with you.</p>
      {isPicture(path) && <SignedPicture path={path} />}
      <div className="file-actions">
        <FileActions path={path} area="protected" />
      </div>
      <p>
        <OwnFilesLink />
      </p>
    </section>
  );
}

function OwnFilesLink() {
  return (
    <Link href="/files/" prefetch={false}>
      Your own files
    </Link>
  );
}
