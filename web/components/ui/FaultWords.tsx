import type { Fault } from '@/lib/faults';

/** What went wrong and, small, the id that whoever runs the backend finds it by: one click selects it. */
export function FaultWords({ fault }: { fault: Fault }) {
  return (
    <>
      {fault.message}
      {fault.id && (
        <span className="error-id">
          Error <code>{fault.id}</code>
        </span>
      )}
    </>
  );
}
