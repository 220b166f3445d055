// The calls that the sandbox had, kept up to date.

import { to, useState, useTail } from './kit.js';

/** The address of a call's drawer, with the filters as they are. */
export const call = (query, number) => to('requests', { ...query, call: number });

/** {calls, error, live, setLive, clear, again}: the newest first, undefined until they are there. */
export function useCalls() {
  const [live, setLive] = useState(true);
  const { all, ...tail } = useTail('requests', { of: 'number', every: live ? 1000 : 0 });
  return { ...tail, calls: all, live, setLive };
}
