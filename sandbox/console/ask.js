// What pages ask the sandbox for: JSON, below the same paths as the pages.

import { useCallback, useEffect, useRef, useState } from './vendor/htm-preact.js';
import { base } from './route.js';

/**
 * {answer, instance}: the answer to a GET of a path below /_lightbox/ or, with a body, to a POST of it as JSON, and the name of who answered, which
 * is another once the sandbox was started again or has loaded a state. The error's message is what the sandbox says.
 */
export async function asked(path, { body, method = body === undefined ? 'GET' : 'POST', signal } = {}) {
  const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  let response;
  try {
    response = await fetch(base + path, { method, signal, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    throw signal?.aborted ? error : new Error('The sandbox does not answer. Is it still running?', { cause: error });
  }
  const text = await response.text();
  if (!response.ok) {
    throw new Error(text.trim() || `The sandbox answered ${response.status}.`);
  }
  return { answer: text === '' ? undefined : JSON.parse(text), instance: response.headers.get('lightbox-instance') };
}

/** The answer alone. */
export const ask = async (path, options) => (await asked(path, options)).answer;

/** Calls back every so many milliseconds while somebody looks, and at once when they look again. */
export function useEvery(milliseconds, callback) {
  const latest = useRef(callback);
  latest.current = callback;
  useEffect(() => {
    if (!milliseconds) {
      return undefined;
    }
    const tick = () => document.visibilityState === 'visible' && latest.current();
    const timer = setInterval(tick, milliseconds);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [milliseconds]);
}

/**
 * {data, error, again} of a path: data is undefined until it is there, and stays while it is asked for anew, by again() or
 * every so many milliseconds. A path of null asks for nothing.
 */
export function useData(path, { every = 0 } = {}) {
  const [state, setState] = useState({});
  const asked = useRef(null);
  const load = useCallback(async () => {
    asked.current?.abort();
    if (path === null) {
      return;
    }
    const aborter = new AbortController();
    asked.current = aborter;
    try {
      const data = await ask(path, { signal: aborter.signal });
      setState({ path, data });
    } catch (error) {
      if (!aborter.signal.aborted) {
        setState((before) => ({ path, data: before.path === path ? before.data : undefined, error }));
      }
    }
  }, [path]);
  useEffect(() => {
    load();
    return () => asked.current?.abort();
  }, [load]);
  useEvery(every, load);
  return state.path === path ? { ...state, again: load } : { again: load };
}
