import { requestIdOf } from './requestIds';

/** What went wrong, in the words of the API, and three of our own: a session that ended, no network, and everything else. */
export type Kind =
  | 'Unauthorized'
  | 'SessionEnded'
  | 'NotFound'
  | 'Conflict'
  | 'BadRequest'
  | 'LimitExceeded'
  | 'Offline'
  | 'Unknown';

/** How much of an id people see: of AppSync's, which are UUIDs, the first group. `lightbox status --error` takes as much. */
const shownOfId = 8;

/** An error as the pages show it. */
export class Fault extends Error {
  override name = 'Fault';
  constructor(
    readonly kind: Kind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** What the backend's logs know the error by, in short; undefined where no request failed, or none was answered. */
  get id(): string | undefined {
    return requestIdOf(this.cause)?.slice(0, shownOfId);
  }
}

const kinds = new Map<unknown, Kind>(
  Object.entries({
    // AppSync, by errorType.
    Unauthorized: 'Unauthorized',
    UnauthorizedException: 'SessionEnded',
    NotFound: 'NotFound',
    Conflict: 'Conflict',
    BadRequest: 'BadRequest',
    LimitExceeded: 'LimitExceeded',
    // S3 and Cognito, by name.
    AccessDenied: 'Unauthorized',
    NotAuthorizedException: 'SessionEnded',
    UserUnAuthenticatedException: 'SessionEnded',
    NoSignedUser: 'SessionEnded',
    NoCredentials: 'SessionEnded',
    ExpiredToken: 'SessionEnded',
    NoSuchKey: 'NotFound',
    NotFoundException: 'NotFound',
    PreconditionFailed: 'Conflict',
    NetworkError: 'Offline',
  } satisfies Record<string, Kind>),
);

const sentences: Record<Kind, string> = {
  Unauthorized: 'You are not allowed to do this.',
  SessionEnded: 'Your session has ended. Sign in again, then try again.',
  NotFound: 'This is not there (any more).',
  Conflict: 'Somebody else changed this first. Look at what is there now, and try again.',
  BadRequest: 'This was not accepted.',
  LimitExceeded: 'This is more than is allowed.',
  Offline: 'The backend cannot be reached. Check your connection and try again.',
  Unknown: 'Something went wrong. Try again.',
};

// Cognito's own words for these name parameters and limits of its API.
const said = new Map(
  Object.entries({
    CodeMismatchException: 'This code is not right. Look for the latest one.',
    EnableSoftwareTokenMFAException: 'This code is not right, or it was used already. Wait for the next one.',
    ExpiredCodeException: 'This code is too old. Ask for another one.',
    LimitExceededException: 'That was too often. Wait a while, then try again.',
    TooManyRequestsException: 'That was too often. Wait a while, then try again.',
    TooManyFailedAttemptsException: 'That was wrong too often. Wait a while, then try again.',
    AliasExistsException: 'This e-mail belongs to another account.',
    InvalidParameterException: 'This was not accepted. Look at what you typed.',
  }),
);

// What Cognito puts around the words of a function that it calls, which are for people.
const around = /^\w+ failed with error (.+?)\.?$/s;

// What Cognito says where the setting auth.signUp is false.
const closed = /^SignUp is not permitted/;

/**
 * A call of Cognito's that fails in the words of the user pool's function, if one refused it, and in ours where nobody may sign up: for
 * forms that show what they are told.
 */
export function plainly<Call extends (...given: never[]) => Promise<unknown>>(call: Call): Call {
  const plain = async (...given: Parameters<Call>) => {
    try {
      return await call(...given);
    } catch (thrown) {
      if (closed.test(messageOf(thrown))) {
        throw new Fault('Unauthorized', 'Nobody can sign up at the moment. Whoever has an account signs in as ever.', { cause: thrown });
      }
      throw nameOf(thrown) === 'UserLambdaValidationException' ? faultOf(thrown) : thrown;
    }
  };
  return plain as Call;
}

/** Makes a Fault of whatever a call threw: GraphQL's answer with errors, an error of S3 or Cognito, or anything else. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Fault) {
    return thrown;
  }
  const first = firstError(thrown);
  const kind = kindOf(first ?? thrown);
  const words = said.get(nameOf(thrown)) ?? messageOf(first ?? thrown).replace(around, '$1');
  // The API's own words say which argument was bad or what there is too much of; Cognito's say what is wrong with a password
  // or code.
  const speaks = kind === 'BadRequest' || kind === 'LimitExceeded' || (kind === 'Unknown' && /Exception$/.test(nameOf(thrown)));
  return new Fault(kind, speaks && words ? sentence(words) : sentences[kind], { cause: thrown });
}

function firstError(thrown: unknown): unknown {
  const errors = (thrown as { errors?: unknown } | null)?.errors;
  return Array.isArray(errors) ? errors[0] : undefined;
}

function kindOf(error: unknown): Kind {
  const { errorType, originalError } = (error ?? {}) as { errorType?: unknown; originalError?: unknown };
  const named = kinds.get(errorType) ?? kinds.get(nameOf(originalError)) ?? kinds.get(nameOf(error));
  if (named) {
    return named;
  }
  return /network ?error|failed to fetch/i.test(messageOf(error)) ? 'Offline' : 'Unknown';
}

function nameOf(error: unknown): string {
  const name = (error as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? name : '';
}

function messageOf(error: unknown): string {
  const message = (error as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : '';
}

/** Words of the API as people read them: what is wrong with a picture, without the name of the argument that it came by. */
export function sentence(words: string): string {
  const plain = words.replace(/^imgKey: /, '');
  const said = plain.charAt(0).toUpperCase() + plain.slice(1);
  return /[.!?]$/.test(said) ? said : `${said}.`;
}
