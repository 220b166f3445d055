// What a list of the sandbox's gains, kept up to date: calls, lines of logs.

import { asked, useEvery } from './ask.js';
import { useEffect, useRef, useState } from './vendor/htm-preact.js';

const most = 1000; // as many as the sandbox keeps

/**
 * {all, error, clear, again} of a path that answers with what is behind ?after=, the oldest first: all is the newest first, and undefined until it is
 * there. of is what one is numbered by, and every the milliseconds between two questions; 0 asks no more.
 */
export function useTail(path, { of, every }) {
  const [all, setAll] = useState(undefined);
  const [error, setError] = useState(null);
  const last = useRef({ after: '' }); // of which instance, and behind what
  const busy = useRef(false);
  const more = () => asked(`${path}?after=${last.current.after}`);
  const load = async () => {
    if (busy.current) {
      return;
    }
    busy.current = true;
    try {
      let { answer, instance } = await more();
      const anew = last.current.instance !== undefined && instance !== last.current.instance; // one that has others by these numbers
      if (anew) {
        last.current = { after: '' };
        ({ answer, instance } = await more());
      }
      last.current = { instance, after: answer.at(-1)?.[of] ?? last.current.after };
      setAll((before) => (before && !anew && answer.length === 0 ? before : [...answer.reverse(), ...(anew ? [] : before ?? [])].slice(0, most)));
      setError(null);
    } catch (problem) {
      setError(problem);
    }
    busy.current = false;
  };
  useEffect(() => void load(), []);
  useEvery(every, load);
  return { all, error, clear: () => setAll([]), again: load };
}
