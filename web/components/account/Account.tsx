'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { nextPage } from '@/lib/session';
import { useQuery } from '@/lib/useQuery';
import { useBackend } from '../shell/Backend';
import { Loading } from '../ui/Loading';
import { ChangeEmail } from './ChangeEmail';
import { ChangePassword } from './ChangePassword';
import { DownloadMine } from './DownloadMine';
import { LeaveForGood } from './LeaveForGood';
import { SecondFactor } from './SecondFactor';
import { SignOut } from './SignOut';
import { Who } from './Who';

// Amplify UI is large: only those who sign in load it.
const SignIn = dynamic(() => import('./SignIn'), { ssr: false, loading: () => <Loading /> });

/** Signing in and up for guests; for users, what they can do with their account. */
export function Account() {
  const { session } = useBackend();
  const router = useRouter();
  const next = useQuery('next');
  const cameAsGuest = useRef(false);

  useEffect(() => {
    if (session.status === 'guest') {
      cameAsGuest.current = true;
    } else if (session.status === 'user' && cameAsGuest.current && next) {
      router.replace(nextPage(next, window.location.origin));
    }
  }, [session, next, router]);

  if (session.status === 'loading') {
    return <Loading />;
  }
  if (session.status === 'guest') {
    return <SignIn />;
  }
  const { user } = session;
  return (
    <div className="settings" key={user.sub}>
      <Who user={user} />
      <ChangeEmail email={user.email} />
      <ChangePassword username={user.username} />
      <SecondFactor username={user.username} />
      <SignOut />
      <DownloadMine user={user} />
      <LeaveForGood user={user} />
    </div>
  );
}
