'use client';

import { type InputHTMLAttributes, useId } from 'react';

type Props = InputHTMLAttributes<HTMLInputElement> & {
  label: string;
  /** What the field takes, said before somebody types. */
  hint?: string | undefined;
  /** What is wrong with what was typed. */
  wrong?: string | undefined;
};

/** A field with its label, what it takes, and what is wrong with it, tied together for every reader. */
export function TextField({ label, hint, wrong, ...input }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        aria-describedby={hint || wrong ? `${id}-about` : undefined}
        aria-invalid={wrong ? true : undefined}
        {...input}
      />
      <div id={`${id}-about`} className={wrong ? 'field-fault' : 'small muted'} hidden={!hint && !wrong}>
        {wrong ?? hint}
      </div>
    </div>
  );
}
