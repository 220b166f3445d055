import type { Fault } from '@/lib/faults';
import { Notice } from './Notice';

/** What went wrong and, where that can help, a button to try again. */
export function FaultNotice({ fault, onRetry }: { fault: Fault; onRetry?: (() => void) | undefined }) {
  return (
    <Notice
      kind="error"
      action={
        onRetry && (
          <button type="button" className="button button-quiet button-small" onClick={onRetry}>
            Try again
          </button>
        )
      }
    >
      {fault.message}
    </Notice>
  );
}
