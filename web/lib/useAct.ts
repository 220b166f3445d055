import { useCallback, useRef, useState } from 'react';
import { type Fault, faultOf } from './faults';

/** Something that a button starts: whether it runs, and why the last run failed. */
export type Act<A extends unknown[]> = {
  run(...args: A): Promise<boolean>;
  busy: boolean;
  fault: Fault | undefined;
  forget(): void;
};

/** Runs an action, once at a time, and keeps its fault. run answers whether it succeeded. */
export function useAct<A extends unknown[]>(action: (...args: A) => Promise<unknown>): Act<A> {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const running = useRef(false);
  const run = async (...args: A) => {
    if (running.current) {
      return false;
    }
    running.current = true;
    setBusy(true);
    setFault(undefined);
    try {
      await action(...args);
      return true;
    } catch (thrown) {
      setFault(faultOf(thrown));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { run, busy, fault, forget: useCallback(() => setFault(undefined), []) };
}
