import { Amplify, type ResourcesConfig } from 'aws-amplify';

/** What these pages read of amplify_outputs.json besides what the Amplify client reads of it. */
export type Outputs = {
  region: string;
  /** Where public pictures come from, without a slash at its end. */
  cdn: string;
  /** The environment that was deployed, as in `make admin ENV=dev`. */
  env: string;
  /** Every origin that the pages call: the narrowest Content-Security-Policy that works is made of them. */
  origins: Origins;
};

export type Origins = { connect: string[]; pictures: string[] };

/** A document that is not an amplify_outputs.json of Lightbox; the message names the first thing that is missing. */
export class OutputsError extends Error {
  override name = 'OutputsError';
}

const place = '/amplify_outputs.json';

/**
 * Fetches the settings of the deployment and configures the Amplify client with them. They are fetched, not built in, so
 * that the same build serves every deployment.
 */
export async function configure(): Promise<Outputs> {
  const response = await fetch(place, { cache: 'no-cache' });
  if (!response.ok) {
    throw new OutputsError(`${place} answered ${response.status}`);
  }
  const document: unknown = await response.json().catch(() => {
    throw new OutputsError(`${place} is not JSON`);
  });
  const outputs = read(document);
  // The client checks the document itself; its type asks for literals that a fetched document cannot have.
  Amplify.configure(document as ResourcesConfig);
  return outputs;
}

/** Reads what the pages need of the document; OutputsError names the first thing that is missing. */
export function read(document: unknown): Outputs {
  const region = text(document, 'auth.aws_region');
  text(document, 'auth.user_pool_id');
  text(document, 'auth.identity_pool_id');
  const api = new URL(text(document, 'data.url'));
  const bucket = text(document, 'storage.bucket_name');
  const bucketRegion = text(document, 'storage.aws_region');
  const cdn = text(document, 'custom.cdn.url').replace(/\/$/, '');
  const objects = `https://${bucket}.s3.${bucketRegion}.amazonaws.com`;
  const domain = optional(document, 'auth.oauth.domain');
  return {
    region,
    cdn,
    env: optional(document, 'custom.lightbox.env') ?? 'dev',
    origins: {
      connect: [
        `https://cognito-idp.${region}.amazonaws.com`,
        `https://cognito-identity.${region}.amazonaws.com`,
        api.origin,
        realtime(api),
        objects,
        ...(domain ? [`https://${domain}`] : []),
      ],
      pictures: [cdn, objects],
    },
  };
}

// AppSync's own host name has a second one for subscriptions; the client derives it in the same way.
function realtime(api: URL): string {
  return `wss://${api.host.replace('.appsync-api.', '.appsync-realtime-api.')}`;
}

function text(document: unknown, path: string): string {
  const value = optional(document, path);
  if (!value) {
    throw new OutputsError(`${place} has no ${path}`);
  }
  return value;
}

function optional(document: unknown, path: string): string | undefined {
  let value: unknown = document;
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return typeof value === 'string' ? value : undefined;
}
