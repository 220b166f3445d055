'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { leaveForGood } from '@/lib/account';
import type { User } from '@/lib/session';
import { useAct } from '@/lib/useAct';
import { Dialog } from '../ui/Dialog';
import { FaultNotice } from '../ui/FaultNotice';
import { TextField } from '../ui/TextField';

/** Deletes the account with all that is its own, after the user name is typed. */
export function LeaveForGood({ user }: { user: User }) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const router = useRouter();
  const leave = useAct(async () => {
    await leaveForGood();
    router.replace('/');
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void leave.run();
  };
  const close = () => {
    setOpen(false);
    setTyped('');
    leave.forget();
  };
  return (
    <section className="panel" aria-labelledby="leave">
      <h2 id="leave">Delete account</h2>
      <p className="muted">
        Your photos go, with the comments and likes under them, your files, what you wrote and liked under photos of others,
        and your account. You are signed out everywhere at once; all of it is gone within a day.
      </p>
      <p className="muted">
        For a while there are still: backups of the tables, for 35 days; lines in the logs of this site about what you asked
        for; and copies in browsers and caches of people who saw your photos. Nobody sees your photos here by them.
      </p>
      <div className="actions">
        <button type="button" className="button button-danger" onClick={() => setOpen(true)}>
          Delete account
        </button>
      </div>
      {open && (
        <Dialog title="Delete the account for good?" onClose={close} busy={leave.busy}>
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
              {leave.fault && <FaultNotice fault={leave.fault} />}
            </div>
            <div className="dialog-foot">
              <button type="button" className="button button-quiet" onClick={close} disabled={leave.busy}>
                Keep
              </button>
              <button className="button button-danger" disabled={leave.busy || typed !== user.username}>
                Delete everything
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </section>
  );
}
