'use client';

import { useEffect } from 'react';
import type { Fault } from '@/lib/faults';
import { useBackend } from '../shell/Backend';
import { FaultWords } from './FaultWords';
import { Notice } from './Notice';

/** What went wrong and, where that can help, a button to try again; where only signing in again helps, the form for it. */
export function FaultNotice({ fault, onRetry }: { fault: Fault; onRetry?: (() => void) | undefined }) {
  const { session, end } = useBackend();
  const ended = fault.kind === 'SessionEnded' && session.status === 'user' && !session.ended;
  useEffect(() => {
    if (ended) {
      void end();
    }
    // Once a fault: whoever signed in again is not sent away for the one before.
  }, [fault, end]);
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
      <FaultWords fault={fault} />
    </Notice>
  );
}
