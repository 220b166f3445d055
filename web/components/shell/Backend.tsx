'use client';

import { Hub } from 'aws-amplify/utils';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { enforce } from '@/lib/csp';
import { configure, type Outputs, OutputsError } from '@/lib/outputs';
import { readSession, type Session } from '@/lib/session';
import { NoBackend } from './NoBackend';

/** The deployment that these pages show, once its settings are there, and who is signed in. */
export type Backend = { outputs: Outputs | undefined; session: Session };

const Context = createContext<Backend>({ outputs: undefined, session: { status: 'loading' } });

export const useBackend = (): Backend => useContext(Context);

/**
 * Fetches the settings, follows signing in and out, in this tab and in others, and gives both to the pages.
 * `frame` is shown on every page, whether there is a backend or not.
 */
export function BackendProvider({ frame, children }: { frame: ReactNode; children: ReactNode }) {
  const [outputs, setOutputs] = useState<Outputs>();
  const [session, setSession] = useState<Session>({ status: 'loading' });
  const [broken, setBroken] = useState<string>();

  useEffect(() => {
    let gone = false;
    start()
      .then((made) => !gone && setOutputs(made))
      .catch((thrown) => !gone && setBroken(thrown instanceof OutputsError ? thrown.message : 'no answer'));
    return () => {
      gone = true;
    };
  }, []);

  useEffect(() => {
    if (!outputs) {
      return;
    }
    const read = async () => {
      const now = await readSession();
      setSession((before) => (!now || same(before, now) ? before : now));
    };
    void read();
    const stop = Hub.listen('auth', ({ payload }) => {
      if (payload.event !== 'tokenRefresh') {
        void read();
      }
    });
    const other = ({ key }: StorageEvent) => {
      if (key === null || key.endsWith('.accessToken')) {
        void read();
      }
    };
    window.addEventListener('storage', other);
    window.addEventListener('online', read);
    return () => {
      stop();
      window.removeEventListener('storage', other);
      window.removeEventListener('online', read);
    };
  }, [outputs]);

  return (
    <Context value={{ outputs, session }}>
      {frame}
      {broken ? <NoBackend reason={broken} /> : children}
    </Context>
  );
}

// Once a page, however often React mounts.
let started: Promise<Outputs> | undefined;

function start(): Promise<Outputs> {
  return (started ??= configure().then((outputs) => {
    enforce(outputs.origins);
    return outputs;
  }));
}

// Tokens change every hour, people seldom: pages must not start over for the first.
function same(a: Session, b: Session): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
