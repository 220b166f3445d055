/** An instant as people read it; the whole of it on hover. */
export function When({ at, time = false }: { at: string | Date; time?: boolean }) {
  const date = new Date(at);
  const shown = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', ...(time ? { timeStyle: 'short' } : {}) });
  const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
  return (
    <time dateTime={date.toISOString()} title={whole.format(date)}>
      {shown.format(date)}
    </time>
  );
}
