'use client';

import { confirmUserAttribute, updateUserAttribute } from 'aws-amplify/auth';
import { type FormEvent, useState } from 'react';
import { useAct } from '@/lib/useAct';
import { useBackend } from '../shell/Backend';
import { FaultNotice } from '../ui/FaultNotice';
import { Notice } from '../ui/Notice';
import { TextField } from '../ui/TextField';

/** Changes the e-mail address, once the code that was sent to the new one is typed. */
export function ChangeEmail({ email }: { email: string | undefined }) {
  const { renew } = useBackend();
  const [sentTo, setSentTo] = useState<string>();
  const [done, setDone] = useState(false);

  const settle = async () => {
    setSentTo(undefined);
    setDone(true);
    // The address is part of the ID token: the next one has the new address.
    await renew();
  };
  const change = useAct(async (address: string) => {
    const { nextStep } = await updateUserAttribute({ userAttribute: { attributeKey: 'email', value: address } });
    if (nextStep.updateAttributeStep === 'CONFIRM_ATTRIBUTE_WITH_CODE') {
      setSentTo(address);
    } else {
      await settle();
    }
  });
  const confirm = useAct(async (code: string) => {
    await confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: code });
    await settle();
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setDone(false);
    const data = new FormData(event.currentTarget);
    if (sentTo) {
      void confirm.run(String(data.get('code')).trim());
    } else {
      void change.run(String(data.get('email')).trim());
    }
  };
  const { busy, fault } = sentTo ? confirm : change;
  return (
    <form className="panel" aria-labelledby="email" onSubmit={submit}>
      <h2 id="email">E-mail</h2>
      <p className="muted">
        {email ? `Now ${email}. ` : ''}Codes for a forgotten password go there, and you can sign in with it.
      </p>
      <div className="fields">
        {sentTo ? (
          <TextField
            key="code"
            label="Code"
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            autoFocus
            hint={`A code was sent to ${sentTo}. Until you type it, the address stays as it was.`}
          />
        ) : (
          <TextField key="email" label="New e-mail" name="email" type="email" autoComplete="email" required />
        )}
      </div>
      {fault && <FaultNotice fault={fault} />}
      {done && <Notice kind="success">Your e-mail is changed.</Notice>}
      <div className="actions">
        <button className="button" disabled={busy}>
          {sentTo ? 'Confirm the address' : 'Change the e-mail'}
        </button>
        {sentTo && (
          <button type="button" className="button button-quiet" onClick={() => setSentTo(undefined)} disabled={busy}>
            Another address
          </button>
        )}
      </div>
    </form>
  );
}
