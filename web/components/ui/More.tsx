import { FaultNotice } from './FaultNotice';
import type { Pages } from '@/lib/usePages';

/** The end of a list: a button for the next page, or why it could not be read. */
export function More<T>({ pages, what }: { pages: Pages<T>; what: string }) {
  if (pages.fault) {
    return <FaultNotice fault={pages.fault} onRetry={pages.more} />;
  }
  if (!pages.more && !pages.loadingMore) {
    return null;
  }
  return (
    <p className="more">
      <button type="button" className="button button-quiet" onClick={pages.more} disabled={pages.loadingMore}>
        {pages.loadingMore ? 'Loading…' : `More ${what}`}
      </button>
    </p>
  );
}
