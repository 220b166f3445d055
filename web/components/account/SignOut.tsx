'use client';

import { signOut } from 'aws-amplify/auth';
import { useAct } from '@/lib/useAct';
import { FaultNotice } from '../ui/FaultNotice';

/** Ends the session here, or wherever this user is signed in. */
export function SignOut() {
  const leave = useAct((global: boolean) => signOut({ global }));
  return (
    <section className="panel" aria-labelledby="out">
      <h2 id="out">Sign out</h2>
      <p className="muted">
        Everywhere means every browser and device. What they show may stay for up to an hour; they can renew nothing.
      </p>
      {leave.fault && <FaultNotice fault={leave.fault} />}
      <div className="actions">
        <button type="button" className="button" onClick={() => void leave.run(false)} disabled={leave.busy}>
          Sign out
        </button>
        <button
          type="button"
          className="button button-quiet"
          onClick={() => void leave.run(true)}
          disabled={leave.busy}
        >
          Sign out everywhere
        </button>
      </div>
    </section>
  );
}
