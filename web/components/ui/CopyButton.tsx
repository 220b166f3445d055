'use client';

import { useEffect, useState } from 'react';

/** Copies a text that is made when asked for, and says so. */
export function CopyButton({ label, text, className = 'button button-quiet button-small' }: Props) {
  const [said, setSaid] = useState<'copied' | 'failed'>();
  useEffect(() => {
    const timer = said && setTimeout(() => setSaid(undefined), 2_500);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await text());
      setSaid('copied');
    } catch {
      setSaid('failed');
    }
  };
  return (
    <button type="button" className={className} onClick={copy}>
      <span aria-live="polite">{said === 'copied' ? 'Copied' : said === 'failed' ? 'Not copied' : label}</span>
    </button>
  );
}

type Props = { label: string; text: () => string | Promise<string>; className?: string };
