'use client';

import { fetchMFAPreference, setUpTOTP, updateMFAPreference, verifyTOTPSetup } from 'aws-amplify/auth';
import { type FormEvent, useState } from 'react';
import { title } from '@/lib/title';
import { useAct } from '@/lib/useAct';
import { useOne } from '@/lib/useOne';
import { FaultNotice } from '../ui/FaultNotice';
import { Loading } from '../ui/Loading';
import { TextField } from '../ui/TextField';

type Setup = { secret: string; qr: string };

/** Switches the codes of an authenticator app on, with a QR code to scan, and off. */
export function SecondFactor({ username }: { username: string }) {
  const factor = useOne('factor', async () => ({ on: (await fetchMFAPreference()).enabled?.includes('TOTP') ?? false }));
  const [setup, setSetup] = useState<Setup>();

  const begin = useAct(async () => {
    const details = await setUpTOTP();
    const uri = details.getSetupUri(title, username).toString();
    const { toDataURL } = await import('qrcode');
    // Black on white in both colour schemes: that is what cameras read.
    setSetup({ secret: details.sharedSecret, qr: await toDataURL(uri, { width: 200, margin: 2 }) });
  });
  const finish = useAct(async (code: string) => {
    await verifyTOTPSetup({ code });
    await updateMFAPreference({ totp: 'PREFERRED' });
    setSetup(undefined);
    factor.set({ on: true });
  });
  const stop = useAct(async () => {
    await updateMFAPreference({ totp: 'DISABLED' });
    factor.set({ on: false });
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void finish.run(String(new FormData(event.currentTarget).get('code')).replace(/\s/g, ''));
  };

  return (
    <section className="panel" aria-labelledby="factor">
      <h2 id="factor">Second factor</h2>
      {factor.loading && <Loading />}
      {factor.fault && <FaultNotice fault={factor.fault} onRetry={factor.reload} />}
      {factor.value && !setup && (
        <>
          <p role="status">
            {factor.value.on
              ? 'On: signing in asks for a code of your authenticator app.'
              : 'Off. With it, signing in also asks for a code of an authenticator app.'}
          </p>
          {(begin.fault ?? stop.fault) && <FaultNotice fault={(begin.fault ?? stop.fault)!} />}
          <div className="actions">
            {factor.value.on ? (
              <button type="button" className="button button-quiet" onClick={() => void stop.run()} disabled={stop.busy}>
                Switch off
              </button>
            ) : (
              <button type="button" className="button" onClick={() => void begin.run()} disabled={begin.busy}>
                Set up
              </button>
            )}
          </div>
        </>
      )}
      {setup && (
        <form className="fields" onSubmit={submit}>
          <p>Scan this with your authenticator app, then type the code that it shows.</p>
          <img className="qr" src={setup.qr} alt="QR code of the secret" width={200} height={200} />
          <p className="small">
            Or type the secret: <code className="secret">{setup.secret}</code>
          </p>
          <TextField label="Code" name="code" inputMode="numeric" autoComplete="one-time-code" required autoFocus />
          {finish.fault && <FaultNotice fault={finish.fault} />}
          <div className="actions">
            <button className="button" disabled={finish.busy}>
              Switch on
            </button>
            <button
              type="button"
              className="button button-quiet"
              onClick={() => setSetup(undefined)}
              disabled={finish.busy}
            >
              Cancel
            </button>
          </div>
        </form>
      )}
    </section>
  );
}
