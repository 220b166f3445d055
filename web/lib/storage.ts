import { getProperties, getUrl, list, remove, uploadData, type TransferProgressEvent } from 'aws-amplify/storage';
import { attachment } from './disposition';
import { faultOf } from './faults';
import type { Order } from './pages';

/** An object of the bucket. */
export type Stored = { path: string; size: number; modified: Date | undefined };

/** The order of a list of files. S3 gives them by name; the pages show the latest first of those that were read. */
export const latestFirst: Order<Stored> = {
  id: ({ path }) => path,
  compare: (a, b) => (b.modified?.getTime() ?? 0) - (a.modified?.getTime() ?? 0) || a.path.localeCompare(b.path),
};

/** How much of an upload is done, from 0 to 1. */
export type OnProgress = (share: number) => void;

/** Uploads a file, in parts when it is large. */
export async function upload(path: string, file: Blob, onProgress: OnProgress = () => {}) {
  await uploadData({
    path,
    data: file,
    options: {
      contentType: file.type,
      onProgress: ({ transferredBytes, totalBytes }: TransferProgressEvent) =>
        onProgress(totalBytes ? transferredBytes / totalBytes : 0),
    },
  }).result.catch(fail);
}

/** Removes an object. One that is not there is no error. */
export async function removeObject(path: string) {
  await remove({ path }).catch(fail);
}

/** The objects in a folder, a thousand at a time; those in folders inside it are none of them. */
export const listObjects = (path: string, nextToken: string | null) => listed(path, nextToken, { strategy: 'exclude' });

/** The objects in a folder and in those inside it, a thousand at a time. */
export const listAll = (path: string, nextToken: string | null) => listed(path, nextToken, { strategy: 'include' });

async function listed(path: string, nextToken: string | null, subpathStrategy: { strategy: 'exclude' | 'include' }) {
  const page = await list({ path, options: { subpathStrategy, ...(nextToken ? { nextToken } : {}) } }).catch(fail);
  return {
    items: page.items.map(({ path, size, lastModified }): Stored => ({ path, size: size ?? 0, modified: lastModified })),
    nextToken: page.nextToken ?? null,
  };
}

/** The size of an object in bytes; 0 when nobody says. */
export async function sizeOf(path: string): Promise<number> {
  return getProperties({ path }).then(
    ({ size }) => size ?? 0,
    () => 0,
  );
}

/** Links that open objects without signing in, until they expire; or that save them under a name. */
export async function sign(paths: string[], seconds: number, download?: string) {
  const options = { expiresIn: seconds, ...(download ? { contentDisposition: attachment(download) } : {}) };
  const links = await Promise.all(paths.map((path) => getUrl({ path, options }))).catch(fail);
  const ends = links.map(({ expiresAt }) => expiresAt.getTime());
  return { urls: links.map(({ url }) => url.toString()), expires: new Date(Math.min(...ends)) };
}

/** A link to one object, as sign makes it. */
export async function signOne(path: string, seconds: number, download?: string): Promise<string> {
  return (await sign([path], seconds, download)).urls[0]!;
}

function fail(thrown: unknown): never {
  throw faultOf(thrown);
}
