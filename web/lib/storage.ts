import { copy, getProperties, getUrl, list, remove, uploadData, type TransferProgressEvent } from 'aws-amplify/storage';
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

/** Uploads a file to a new key; a key that exists already is a Conflict. */
export async function upload(path: string, file: File, onProgress: OnProgress = () => {}, signal?: AbortSignal) {
  const task = uploadData({
    path,
    data: file,
    options: {
      contentType: file.type,
      preventOverwrite: true,
      onProgress: ({ transferredBytes, totalBytes }: TransferProgressEvent) =>
        onProgress(totalBytes ? transferredBytes / totalBytes : 0),
    },
  });
  const cancel = () => task.cancel();
  signal?.addEventListener('abort', cancel);
  try {
    await task.result;
  } catch (thrown) {
    throw signal?.aborted ? signal.reason : faultOf(thrown);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** Copies an object within the bucket. */
export async function copyObject(from: string, to: string) {
  await copy({ source: { path: from }, destination: { path: to } }).catch(fail);
}

/** Removes an object. One that is not there is no error. */
export async function removeObject(path: string) {
  await remove({ path }).catch(fail);
}

/** The objects in a folder, a thousand at a time. */
export async function listObjects(path: string, nextToken: string | null) {
  const page = await list({ path, options: nextToken ? { nextToken } : {} }).catch(fail);
  return {
    items: page.items.map(({ path, size, lastModified }): Stored => ({ path, size: size ?? 0, modified: lastModified })),
    nextToken: page.nextToken ?? null,
  };
}

/** All objects in a folder. */
export async function listAllObjects(path: string): Promise<Stored[]> {
  const page = await list({ path, options: { listAll: true } }).catch(fail);
  return page.items.map(({ path, size, lastModified }) => ({ path, size: size ?? 0, modified: lastModified }));
}

/** The size of an object in bytes; 0 when nobody says. */
export async function sizeOf(path: string): Promise<number> {
  return getProperties({ path }).then(
    ({ size }) => size ?? 0,
    () => 0,
  );
}

/** A link that opens an object without signing in, until it expires; or that saves it under a name. */
export async function sign(path: string, seconds: number, download?: string) {
  const { url, expiresAt } = await getUrl({
    path,
    options: {
      expiresIn: seconds,
      ...(download ? { contentDisposition: attachment(download) } : {}),
    },
  }).catch(fail);
  return { url: url.toString(), expires: expiresAt };
}

function fail(thrown: unknown): never {
  throw faultOf(thrown);
}
