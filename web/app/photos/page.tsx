import type { Metadata } from 'next';
import { Feed } from '@/components/photos/Feed';

export const metadata: Metadata = { title: 'Photos' };

export default function Page() {
  return (
    <>
      <div className="page-head page-head-feed">
        <h1>Photos</h1>
        <p className="muted">What everybody posted, newest first.</p>
      </div>
      <Feed />
    </>
  );
}
