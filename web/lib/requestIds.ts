// The ids that AWS gives requests: what the backend's logs know an error by. AppSync says its id in a header alone, which Amplify does
// not hand on, and lets pages read it. https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html

// By what was in an answer, as an object: Amplify throws the very object that it read, where it has errors.
const ids = new WeakMap<object, string>();

/** Has every fetch of the page from now on note of which request an answer of JSON came. */
export function noteRequestIds() {
  const ask = globalThis.fetch;
  globalThis.fetch = async (...given) => {
    const response = await ask(...given);
    const id = response.headers.get('x-amzn-requestid');
    if (id) {
      const read = response.json.bind(response);
      response.json = async () => {
        const body: unknown = await read();
        if (typeof body === 'object' && body !== null) {
          ids.set(body, id);
        }
        return body;
      };
    }
    return response;
  };
}

type Thrown = {
  /** Of S3 and Cognito. */
  metadata?: { requestId?: unknown };
  $metadata?: { requestId?: unknown };
  /** Of GraphQL, where the request was refused as a whole: the error that its client threw. */
  errors?: { originalError?: Thrown }[];
} | null | undefined;

/** The id of the request that a call failed with; undefined where there was no answer, or nobody says. */
export function requestIdOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null) {
    return undefined;
  }
  const { metadata, $metadata, errors } = thrown as NonNullable<Thrown>;
  const said = ids.get(thrown) ?? metadata?.requestId ?? $metadata?.requestId;
  if (typeof said === 'string') {
    return said;
  }
  return Array.isArray(errors) ? requestIdOf(errors[0]?.originalError) : undefined;
}
