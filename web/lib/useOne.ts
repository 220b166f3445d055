import { useCallback, useEffect, useRef, useState } from 'react';
import { type Fault, faultOf } from './faults';

/** One thing on a page: undefined until it is read, null when there is no such thing. */
export type One<T> = {
  value: T | null | undefined;
  loading: boolean;
  fault: Fault | undefined;
  /** Reads it anew; what is shown stays until it is there. */
  reload(): void;
  /** Shows this from now on: what an event brought or a mutation answered. */
  set(value: T | null | ((before: T | null | undefined) => T | null | undefined)): void;
};

/**
 * Reads one thing. `key` says which: when it changes, the thing is read anew, and undefined reads nothing yet. Nothing else
 * makes it read.
 */
export function useOne<T>(key: string | undefined, load: () => Promise<T | null>): One<T> {
  const [value, setValue] = useState<T | null>();
  const [fault, setFault] = useState<Fault>();
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  const shown = useRef<string>(undefined);
  useEffect(() => {
    latest.current = load;
  });
  useEffect(() => {
    if (key === undefined) {
      return;
    }
    let late = false;
    if (shown.current !== key) {
      shown.current = key;
      setValue(undefined);
    }
    setFault(undefined);
    latest
      .current()
      .then((read) => !late && setValue(read))
      .catch((thrown) => !late && setFault(faultOf(thrown)));
    return () => {
      late = true;
    };
  }, [key, turn]);
  return {
    value,
    loading: value === undefined && fault === undefined,
    fault,
    reload: useCallback(() => setTurn((before) => before + 1), []),
    set: setValue,
  };
}
