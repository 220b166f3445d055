'use client';

import { fetchAuthSession, signOut } from 'aws-amplify/auth';
import { Hub } from 'aws-amplify/utils';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { enforce } from '@/lib/csp';
import { linkIdentity } from '@/lib/identity';
import { configure, type Outputs, OutputsError } from '@/lib/outputs';
import { noteRequestIds } from '@/lib/requestIds';
import { follow, readSession, type Session } from '@/lib/session';
import { NoBackend } from './NoBackend';
import { SessionEnded } from './SessionEnded';

/** The deployment that these pages show, once its settings are there, and who is signed in. */
export type Backend = {
  outputs: Outputs | undefined;
  session: Session;
  /** Asks for new tokens, after something changed that they say of the user. */
  renew(): Promise<void>;
  /** Ends what is left of a user's session, after a service said that it has ended, and asks them to sign in again. */
  end(): Promise<void>;
};

const Context = createContext<Backend>({ outputs: undefined, session: { status: 'loading' }, renew: async () => {}, end: async () => {} });

// What Amplify says when somebody goes by their own will.
const leaving = ['signedOut', 'userDeleted'];

export const useBackend = (): Backend => useContext(Context);

/**
 * Fetches the settings, follows signing in and out, in this tab and in others, and gives both to the pages.
 * `frame` is shown on every page, whether there is a backend or not.
 */
export function BackendProvider({ frame, children }: { frame: ReactNode; children: ReactNode }) {
  const [outputs, setOutputs] = useState<Outputs>();
  const [session, setSession] = useState<Session>({ status: 'loading' });
  const [broken, setBroken] = useState<string>();
  const left = useRef(false);
  const ending = useRef(false);

  useEffect(() => {
    let gone = false;
    start()
      .then((made) => !gone && setOutputs(made))
      .catch((thrown) => !gone && setBroken(thrown instanceof OutputsError ? thrown.message : 'no answer'));
    return () => {
      gone = true;
    };
  }, []);

  const read = useCallback(async () => {
    const now = await readSession();
    setSession((before) => {
      const next = now ? follow(before, now, left.current) : before;
      return same(before, next) ? before : next;
    });
  }, []);
  useEffect(() => {
    if (!outputs) {
      return;
    }
    void read();
    const stop = Hub.listen('auth', ({ payload }) => {
      // Whose session ended did not leave, though Amplify is told to sign them out. New tokens change nobody.
      if (payload.event !== 'tokenRefresh') {
        left.current = leaving.includes(payload.event) && !ending.current;
        void read();
      }
    });
    const other = ({ key }: StorageEvent) => {
      if (key === null || key.endsWith('.accessToken')) {
        left.current = true;
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
  }, [outputs, read]);

  const signedIn = session.status === 'user' && !session.ended ? session.user.sub : undefined;
  useEffect(() => {
    if (signedIn) {
      void linkIdentity(signedIn);
    }
  }, [signedIn]);

  const end = useCallback(async () => {
    ending.current = true;
    // So that the form to sign in finds nobody who is.
    await signOut().catch(() => undefined);
    ending.current = false;
  }, []);
  const renew = useCallback(async () => {
    await fetchAuthSession({ forceRefresh: true }).catch(() => undefined);
    await read();
  }, [read]);
  const leave = useCallback(() => setSession({ status: 'guest' }), []);

  return (
    <Context value={{ outputs, session, renew, end }}>
      {frame}
      {broken ? <NoBackend reason={broken} /> : children}
      {session.status === 'user' && session.ended && <SessionEnded onClose={leave} />}
    </Context>
  );
}

// Once a page, however often React mounts.
let started: Promise<Outputs> | undefined;

function start(): Promise<Outputs> {
  return (started ??= configure().then((outputs) => {
    enforce(outputs.origins);
    noteRequestIds();
    return outputs;
  }));
}

// Tokens change every hour, people seldom: pages must not start over for the first.
function same(a: Session, b: Session): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
