import type { Metadata } from 'next';
import { Feed } from '@/components/photos/Feed';

export const metadata: Metadata = { title: 'Photos' };

export default function Page() {
  return (
    <div className="column">
      <div className="page-head">
        <h1>Photos</h1>
        <p className="muted">What everybody posted, newest first.</p>
      </div>
      <Feed />
    </div>
  );
}
