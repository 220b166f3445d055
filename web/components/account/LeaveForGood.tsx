'use client';

import { type FormEvent, useState } from 'react';
import { leaving } from '@/lib/account';
import type { User } from '@/lib/session';
import { useSteps } from '@/lib/useSteps';
import { Dialog } from '../ui/Dialog';
import { FaultNotice } from '../ui/FaultNotice';
import { Progress } from '../ui/Progress';
import { TextField } from '../ui/TextField';

/** Deletes the account with all that is its own, after the user name is typed. */
export function LeaveForGood({ user }: { user: User }) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [said, setSaid] = useState('');
  const steps = useSteps();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void steps.run(leaving(user.sub, setSaid));
  };
  const close = () => {
    setOpen(false);
    setTyped('');
    steps.forget();
  };
  return (
    <section className="panel" aria-labelledby="leave">
      <h2 id="leave">Delete the account</h2>
      <p className="muted">
        Your photos go, with the comments and likes under them, then your files, then your account. What you wrote under
        photos of others stays.
      </p>
      <div className="actions">
        <button type="button" className="button button-danger" onClick={() => setOpen(true)}>
          Delete the account
        </button>
      </div>
      {open && (
        <Dialog title="Delete the account for good?" onClose={close} busy={steps.busy}>
          <form onSubmit={submit}>
            <div className="dialog-body">
              <p>This cannot be undone.</p>
              <TextField
                label={`Type ${user.username} to go on`}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                autoComplete="off"
                data-first
              />
              {steps.standing && <Progress standing={steps.standing} />}
              {said && <p className="small muted">{said}</p>}
              {steps.fault && <FaultNotice fault={steps.fault} />}
            </div>
            <div className="dialog-foot">
              <button type="button" className="button button-quiet" onClick={close} disabled={steps.busy}>
                Keep
              </button>
              <button className="button button-danger" disabled={steps.busy || typed !== user.username}>
                Delete everything
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </section>
  );
}
