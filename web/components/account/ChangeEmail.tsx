'use client';

import { confirmUserAttribute, fetchAuthSession, updateUserAttribute } from 'aws-amplify/auth';
import { type FormEvent, useState } from 'react';
import { useAct } from '@/lib/useAct';
import { FaultNotice } from '../ui/FaultNotice';
import { Notice } from '../ui/Notice';
import { TextField } from '../ui/TextField';

/** Changes the e-mail address, once the code that was sent to the new one is typed. */
export function ChangeEmail({ email }: { email: string | undefined }) {
  const [sentTo, setSentTo] = useState<string>();
  const [shown, setShown] = useState(email);
  const [done, setDone] = useState(false);

  const settle = async (address: string) => {
    setShown(address);
    setSentTo(undefined);
    setDone(true);
    // The address is part of the ID token: the next one has the new address.
    await fetchAuthSession({ forceRefresh: true }).catch(() => undefined);
  };
  const change = useAct(async (address: string) => {
    const { nextStep } = await updateUserAttribute({ userAttribute: { attributeKey: 'email', value: address } });
    if (nextStep.updateAttributeStep === 'CONFIRM_ATTRIBUTE_WITH_CODE') {
      setSentTo(address);
    } else {
      await settle(address);
    }
  });
  const confirm = useAct(async (address: string, code: string) => {
    await confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: code });
    await settle(address);
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setDone(false);
    const data = new FormData(event.currentTarget);
    if (sentTo) {
      void confirm.run(sentTo, String(data.get('code')).trim());
    } else {
      void change.run(String(data.get('email')).trim());
    }
  };
  const { busy, fault } = sentTo ? confirm : change;
  return (
    <form className="panel" aria-labelledby="email" onSubmit={submit}>
      <h2 id="email">E-mail</h2>
      <p className="muted">
        {shown ? `Now ${shown}. ` : ''}Codes for a forgotten password go there, and you can sign in with it.
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
