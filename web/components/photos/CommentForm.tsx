'use client';

import { type FormEvent, useState } from 'react';
import { maxComment } from '@/lib/comments';
import { useAct } from '@/lib/useAct';
import { FaultNotice } from '../ui/FaultNotice';
import { TextArea } from '../ui/TextArea';

type Props = {
  label: string;
  verb: string;
  text?: string;
  onSend: (text: string) => Promise<void>;
  onCancel?: () => void;
};

/** Writes a comment, or writes one anew. */
export function CommentForm({ label, verb, text = '', onSend, onCancel }: Props) {
  const [typed, setTyped] = useState(text);
  const act = useAct(onSend);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (typed.trim() && (await act.run(typed.trim()))) {
      setTyped('');
      // The button lost the focus when it was disabled.
      form.querySelector('textarea')?.focus();
    }
  };
  return (
    <form className="comment-form" onSubmit={submit}>
      <TextArea
        label={label}
        quiet
        placeholder={label}
        value={typed}
        maxLength={maxComment}
        rows={2}
        required
        autoFocus={onCancel !== undefined}
        onChange={(event) => setTyped(event.target.value)}
      />
      {act.fault && <FaultNotice fault={act.fault} />}
      <div className="actions">
        <button className="button button-small" disabled={act.busy}>
          {verb}
        </button>
        {onCancel && (
          <button type="button" className="button button-quiet button-small" onClick={onCancel} disabled={act.busy}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}
