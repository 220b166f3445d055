'use client';

import { type TextareaHTMLAttributes, useId } from 'react';

type Props = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'value'> & {
  label: string;
  value: string;
  maxLength: number;
  /** Whether the label is for ears only, where the place says what it is. */
  quiet?: boolean;
};

/** A text of several lines that says how much of it is left to write. */
export function TextArea({ label, value, maxLength, quiet = false, ...area }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className={quiet ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <textarea id={id} value={value} maxLength={maxLength} aria-describedby={`${id}-count`} {...area} />
      <div className="field-foot" id={`${id}-count`}>
        {value.length.toLocaleString()} of {maxLength.toLocaleString()} characters
      </div>
    </div>
  );
}
