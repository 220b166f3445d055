'use client';

import { updatePassword } from 'aws-amplify/auth';
import { type FormEvent, useState } from 'react';
import { Fault } from '@/lib/faults';
import { useAct } from '@/lib/useAct';
import { FaultNotice } from '../ui/FaultNotice';
import { Notice } from '../ui/Notice';
import { TextField } from '../ui/TextField';
import { PasswordOf } from './PasswordOf';

/** Changes the password, for somebody who knows the one of now. */
export function ChangePassword({ username }: { username: string }) {
  const [done, setDone] = useState(false);
  const change = useAct(async (form: HTMLFormElement) => {
    const data = new FormData(form);
    await updatePassword({ oldPassword: String(data.get('old')), newPassword: String(data.get('new')) }).catch(explain);
    form.reset();
    setDone(true);
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setDone(false);
    void change.run(event.currentTarget);
  };
  return (
    <form className="panel" aria-labelledby="password" onSubmit={submit}>
      <PasswordOf username={username} />
      <h2 id="password">Password</h2>
      <div className="fields">
        <TextField label="Password now" name="old" type="password" autoComplete="current-password" required />
        <TextField
          label="New password"
          name="new"
          type="password"
          autoComplete="new-password"
          minLength={12}
          required
          hint="At least 12 characters, with a capital letter, a small one, a number and a symbol"
        />
      </div>
      {change.fault && <FaultNotice fault={change.fault} />}
      {done && <Notice kind="success">Your password is changed.</Notice>}
      <div className="actions">
        <button className="button" disabled={change.busy}>
          {change.busy ? 'Changing…' : 'Change the password'}
        </button>
      </div>
    </form>
  );
}

// Cognito says the same of a wrong password as of a session that ended; here the first is far likelier.
function explain(thrown: Error): never {
  throw thrown.name === 'NotAuthorizedException' ? new Fault('BadRequest', 'The password now is not right.') : thrown;
}
