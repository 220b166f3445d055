'use client';

import Link from 'next/link';
import { type ReactNode, Suspense } from 'react';
import type { User } from '@/lib/session';
import { useSignIn } from '@/lib/useSignIn';
import { Loading } from '../ui/Loading';
import { useBackend } from './Backend';

/** Shows what a signed-in user sees, or asks a guest to sign in and come back. */
export function SignedIn({ to, children }: { to: string; children: (user: User) => ReactNode }) {
  const { session } = useBackend();
  if (session.status === 'loading') {
    return <Loading />;
  }
  if (session.status === 'guest') {
    return (
      <Suspense fallback={<Loading />}>
        <SignInFirst to={to} />
      </Suspense>
    );
  }
  // Another person starts with nothing of the one before.
  return <div key={session.user.sub}>{children(session.user)}</div>;
}

function SignInFirst({ to }: { to: string }) {
  return (
    <div className="empty">
      <h2>Sign in first</h2>
      <p>Sign in or create an account to {to}.</p>
      <Link className="button" href={useSignIn()} prefetch={false}>
        Sign in
      </Link>
    </div>
  );
}
