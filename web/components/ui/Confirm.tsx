'use client';

import type { ReactNode } from 'react';
import type { Fault } from '@/lib/faults';
import { Dialog } from './Dialog';
import { FaultNotice } from './FaultNotice';

type Props = {
  title: string;
  /** What the button does, as a verb: "Delete". */
  verb: string;
  busy: boolean;
  fault: Fault | undefined;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
};

/** Asks before something that cannot be undone. The safe button has the focus. */
export function Confirm({ title, verb, busy, fault, onConfirm, onClose, children }: Props) {
  return (
    <Dialog title={title} onClose={onClose} busy={busy}>
      <div className="dialog-body">
        {children}
        {fault && <FaultNotice fault={fault} />}
      </div>
      <div className="dialog-foot">
        <button type="button" className="button button-quiet" onClick={onClose} disabled={busy} data-first>
          Keep
        </button>
        <button type="button" className="button button-danger" onClick={onConfirm} disabled={busy}>
          {busy ? `${verb}…` : verb}
        </button>
      </div>
    </Dialog>
  );
}
