// The calls that the sandbox had, kept up to date.

import { ask, to, useEffect, useEvery, useRef, useState } from './kit.js';

const most = 1000; // as many as the sandbox keeps

/** The address of a call's drawer, with the filters as they are. */
export const call = (query, number) => to('requests', { ...query, call: number });

/** {calls, error, live, setLive, clear, again}: the newest first, undefined until they are there. */
export function useCalls() {
  const [calls, setCalls] = useState(undefined);
  const [error, setError] = useState(null);
  const [live, setLive] = useState(true);
  const last = useRef(0);
  const busy = useRef(false);
  const load = async () => {
    if (busy.current) {
      return;
    }
    busy.current = true;
    try {
      const more = await ask(`requests?after=${last.current}`);
      const anew = more[0]?.number <= last.current; // another sandbox counts anew
      last.current = more.at(-1)?.number ?? last.current;
      setCalls((before) => (before && more.length === 0 ? before : [...more.reverse(), ...(anew ? [] : before ?? [])].slice(0, most)));
      setError(null);
    } catch (problem) {
      last.current = 0; // another sandbox counts anew
      setCalls((before) => before && []);
      setError(problem);
    }
    busy.current = false;
  };
  useEffect(() => void load(), []);
  useEvery(live ? 1000 : 0, load);
  return { calls, error, live, setLive, clear: () => setCalls([]), again: load };
}
