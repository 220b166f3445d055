import type { ReactNode } from 'react';

type Props = { kind?: 'error' | 'success' | 'info'; children: ReactNode; action?: ReactNode };

/** A message in its place on the page; an error is spoken at once. */
export function Notice({ kind = 'info', children, action }: Props) {
  return (
    <div className={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <div>{children}</div>
      {action}
    </div>
  );
}
