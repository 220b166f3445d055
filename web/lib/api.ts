import { generateClient } from 'aws-amplify/api';
import type { TypedDocumentString } from '@/graphql/generated';
import { Fault, faultOf } from './faults';

/**
 * Whom a call is made as: a guest by the identity pool's credentials, a user by the user pool's token, or a user by the
 * identity pool's credentials.
 */
export type Caller = 'guest' | 'user' | 'identity';

const modes = { guest: 'iam', user: 'userPool', identity: 'iam' } as const;

/** As much of the client as is used here. Its own types are made for schemas of Amplify's, which this is not. */
type Client = {
  graphql(request: { query: string; variables: object; authMode: 'iam' | 'userPool' }): unknown;
};

type Answer<R> = { data: R };

type Events<R> = {
  subscribe(observer: { next(value: { data?: R }): void; error(thrown: unknown): void }): { unsubscribe(): void };
};

// Made at the first call, when the client is configured.
let made: Client | undefined;
const client = () => (made ??= generateClient() as unknown as Client);

/**
 * How long an answer may take, in ms: AppSync ends a request after 30 seconds, so that what is later never comes.
 * https://docs.aws.amazon.com/general/latest/gr/appsync.html
 */
const longest = 40_000;

/** Sends one query or mutation. Every error is a Fault; an answer that does not come is Offline. */
export async function send<R, V extends object>(
  document: TypedDocumentString<R, V>,
  variables: V,
  caller: Caller = 'user',
): Promise<R> {
  try {
    const query = document.toString();
    return (await inTime(client().graphql({ query, variables, authMode: modes[caller] }) as Promise<Answer<R>>)).data;
  } catch (thrown) {
    const fault = faultOf(thrown);
    // A guest has no session that could end.
    throw caller === 'guest' && fault.kind === 'SessionEnded' ? new Fault('Unauthorized', 'Guests may not do this.', { cause: thrown }) : fault;
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer'), { name: 'NetworkError' })), longest);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** The one field of a mutation's answer; a Fault when it is null, as a mutation that succeeded never is. */
export function present<T>(value: T | null): T {
  if (value === null) {
    throw new Fault('Unknown', 'The backend answered nothing. Look whether it was done before you try again.');
  }
  return value;
}

/**
 * Starts a subscription and calls back with every event until the returned function is called. The client itself
 * reconnects when the connection breaks.
 */
export function watch<R, V extends object>(
  document: TypedDocumentString<R, V>,
  variables: V,
  caller: Caller,
  onEvent: (event: R) => void,
  onFault: (fault: Fault) => void,
): () => void {
  const query = document.toString();
  const events = client().graphql({ query, variables, authMode: modes[caller] }) as Events<R>;
  const subscription = events.subscribe({
    next: ({ data }) => data && onEvent(data),
    error: (thrown) => onFault(faultOf(thrown)),
  });
  return () => subscription.unsubscribe();
}
