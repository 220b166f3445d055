'use client';

import Link from 'next/link';
import type { User } from '@/lib/session';

/** Who is signed in, and in which groups, if there are any. */
export function Who({ user }: { user: User }) {
  return (
    <section className="panel" aria-labelledby="who">
      <h2 id="who">{user.username}</h2>
      <dl className="facts">
        <dt>E-mail</dt>
        <dd>{user.email ?? 'none'}</dd>
        {user.groups.length > 0 && (
          <>
            <dt>Groups</dt>
            <dd>{user.groups.join(', ')}</dd>
          </>
        )}
      </dl>
      <p>
        <Link href={`/profile/?user=${user.sub}`} prefetch={false}>
          Your profile, as others see it
        </Link>
      </p>
    </section>
  );
}
