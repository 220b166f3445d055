'use client';

import { fetchAuthSession } from 'aws-amplify/auth';
import { useState } from 'react';
import { Fault } from '@/lib/faults';
import { type Area, sharedPath } from '@/lib/files';
import { useOne } from '@/lib/useOne';
import { useQuery } from '@/lib/useQuery';
import { SignedIn } from '../shell/SignedIn';
import { FaultNotice } from '../ui/FaultNotice';
import { Loading } from '../ui/Loading';
import { Tabs } from '../ui/Tabs';
import { Folder } from './Folder';
import { SharedFile } from './SharedFile';

const areas: { key: Area; name: string }[] = [
  { key: 'private', name: 'Only me' },
  { key: 'protected', name: 'To share' },
];

/** One's own files; with a link, somebody else's. */
export function FilesPage() {
  const asked = useQuery('shared');
  return (
    <SignedIn to="keep files and share them">
      {() => (asked === null ? <OwnFiles /> : <SharedFile key={asked} path={sharedPath(asked)} />)}
    </SignedIn>
  );
}

function OwnFiles() {
  const [area, setArea] = useState<Area>('private');
  const identity = useOne('identity', async () => {
    const { identityId } = await fetchAuthSession();
    if (!identityId) {
      throw new Fault('SessionEnded', 'There are no credentials for your files. Sign in again, then try again.');
    }
    return identityId;
  });
  if (identity.fault) {
    return <FaultNotice fault={identity.fault} onRetry={identity.reload} />;
  }
  if (!identity.value) {
    return <Loading />;
  }
  return (
    <Tabs label="Whose files" tabs={areas} shown={area} onShow={setArea}>
      <p className="muted">
        {area === 'private'
          ? 'Nobody else can open these, not even admins.'
          : 'Everybody who is signed in and has the link can open these; nobody else can list them.'}
      </p>
      <Folder key={area} area={area} identityID={identity.value} />
    </Tabs>
  );
}
