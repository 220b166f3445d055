import type { Metadata } from 'next';
import Link from 'next/link';

export const metadata: Metadata = { title: 'Not here' };

export default function NotFound() {
  return (
    <div className="empty">
      <h1>Not here</h1>
      <p>There is no page at this address.</p>
      <Link className="button" href="/">
        To the store
      </Link>
    </div>
  );
}
