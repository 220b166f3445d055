'use client';

import { adminCommand } from '@/lib/admin';
import { useBackend } from '../shell/Backend';

/** How somebody becomes an admin: whoever holds the AWS account says so, nobody can do it from here. */
export function Become({ username }: { username: string }) {
  const { outputs } = useBackend();
  return (
    <div className="stack small">
      <p>Admins are made by whoever holds the AWS account of this backend, with this command:</p>
      <p>
        <code>{adminCommand(username, outputs?.env ?? 'dev')}</code>
      </p>
      <p className="muted">It counts from the next time you sign in.</p>
    </div>
  );
}
