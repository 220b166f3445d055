'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Suspense } from 'react';
import { title } from '@/lib/title';
import { useSignIn } from '@/lib/useSignIn';
import { useBackend } from './Backend';
import { Mark } from './Mark';

const places = [
  { href: '/', name: 'Store' },
  { href: '/photos/', name: 'Photos' },
  { href: '/files/', name: 'Files' },
];

// A page that is reached from another one is part of it.
const parts: Record<string, string> = { '/product/': '/', '/photo/': '/photos/', '/profile/': '/photos/' };

/** The one navigation. The link to the admin page is there for those who can use it. */
export function Header() {
  const { session } = useBackend();
  const path = usePathname();
  const here = parts[path] ?? path;
  const shown = session.status === 'user' && session.user.admin ? [...places, { href: '/admin/', name: 'Admin' }] : places;
  const current = here === '/account/' ? 'page' : undefined;
  return (
    <header className="header">
      <div className="header-row">
        <Link href="/" className="brand" prefetch={false}>
          <Mark />
          <span className="brand-name">{title}</span>
        </Link>
        <nav aria-label="Pages" className="nav">
          {shown.map(({ href, name }) => (
            <Link key={href} href={href} prefetch={false} aria-current={here === href ? 'page' : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <div className="header-account">
          {session.status === 'loading' && <span className="skeleton skeleton-chip" />}
          {session.status === 'guest' && (
            <Suspense>
              <SignInLink current={current} />
            </Suspense>
          )}
          {session.status === 'user' && (
            <Link href="/account/" prefetch={false} className="chip" aria-current={current}>
              <span className="visually-hidden">Your account: </span>
              {session.user.username}
            </Link>
          )}
        </div>
      </div>
    </header>
  );
}

function SignInLink({ current }: { current: 'page' | undefined }) {
  return (
    <Link href={useSignIn()} prefetch={false} className="button button-small" aria-current={current}>
      Sign in
    </Link>
  );
}
