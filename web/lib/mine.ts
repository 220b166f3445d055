import { fetchAuthSession } from 'aws-amplify/auth';
import { makeZip } from 'client-zip';
import { CommentsByPhotoDocument, GetProfileDocument, PhotosByOwnerDocument } from '@/graphql/generated';
import { send } from './api';
import { Archive, type Entry, type Missing, type Opened, type Written } from './archive';
import { Fault, faultOf } from './faults';
import { folder } from './files';
import type { Page } from './pages';
import type { User } from './session';
import { listAll, signOne } from './storage';

// What the API gives nobody, which the manifest says of every archive.
const beyond: Missing[] = [
  ...['comments', 'likes'].map((name) => ({
    what: `rows/${name}.json`,
    why: 'Those on photos of others are not in it: the API does not list them by who wrote them. Ask whoever runs this site.',
  })),
  ...['days', 'identities'].map((name) => ({ what: `rows/${name}.json`, why: 'The API does not give it. Ask whoever runs this site.' })),
];

/** How an archive is made: what is told meanwhile, and what is missing of what should be there. */
export type Making = { signal: AbortSignal; tell(written: Written): void; missing(all: Missing[]): void };

/**
 * A zip archive of all that is a user's own, read with their own rights while it is written, a file after the other.
 * https://github.com/Touffy/client-zip
 */
export const archiveOf = (user: User, making: Making): ReadableStream<Uint8Array<ArrayBuffer>> =>
  makeZip(entriesOf(user, making)) as ReadableStream<Uint8Array<ArrayBuffer>>;

/** The files of the archive, in their order. */
export async function* entriesOf(user: User, { signal, tell, missing }: Making): AsyncGenerator<Entry> {
  const archive = new Archive(user, new Date(), signal, tell);
  archive.said.missing.push(...beyond);
  archive.said.notSearched.push('uploads/{user}/');
  const photos: Photo[] = [];
  yield archive.rows('profile', profileOf(user.sub));
  yield archive.rows('photos', photosOf(user.sub, photos));
  yield archive.rows('comments', commentsOf(user.sub, photos));
  yield archive.rows('likes', likesOf(photos));
  const { identityId } = await fetchAuthSession();
  for (const area of ['protected', 'private'] as const) {
    if (identityId) {
      yield* filesIn(archive, folder(area, identityId), signal);
    } else {
      archive.said.notSearched.push(`${area}/{identity}/`);
    }
  }
  for (const { sub, set, keys } of photos.map(filesOf)) {
    for (const key of keys) {
      yield* archive.file(key, () => open(key, signal));
    }
    const original = `originals/${sub}/${set}`;
    yield* archive.file(original, () => open(original, signal, 'It was not kept, or it is under another name. Ask whoever runs this site.'));
  }
  missing(archive.said.missing.slice(beyond.length));
  yield archive.manifest();
}

type Photo = { id: string; owner: string; imgKey: string; commentCount: number; likedByMe: boolean | null; picture: { renditions: { key: string }[] } };

// The folder of a photo's pictures is the name of what they were made of.
const filesOf = ({ owner, imgKey, picture }: Photo) => ({
  sub: owner,
  set: imgKey.split('/').at(-2) ?? '',
  keys: picture.renditions.map(({ key }) => key),
});

async function* profileOf(owner: string): AsyncGenerator<object[]> {
  const { getProfile } = await send(GetProfileDocument, { owner });
  yield getProfile ? [getProfile] : [];
}

async function* photosOf(owner: string, seen: Photo[]): AsyncGenerator<object[]> {
  const read = async (nextToken: string | null) =>
    (await send(PhotosByOwnerDocument, { owner, limit: 100, nextToken })).photosByOwner;
  for await (const page of pagesOf(read)) {
    seen.push(...page);
    yield page;
  }
}

/** One's own comments on one's own photos. */
async function* commentsOf(owner: string, photos: Photo[]): AsyncGenerator<object[]> {
  for (const { id: photoId } of photos.filter(({ commentCount }) => commentCount > 0)) {
    const read = async (nextToken: string | null) =>
      (await send(CommentsByPhotoDocument, { photoId, limit: 100, nextToken })).commentsByPhoto;
    for await (const page of pagesOf(read)) {
      yield page.filter((comment) => comment.owner === owner);
    }
  }
}

/** One's own likes of one's own photos. */
async function* likesOf(photos: Photo[]): AsyncGenerator<object[]> {
  yield photos.filter(({ likedByMe }) => likedByMe).map(({ id, owner }) => ({ photoId: id, owner }));
}

async function* filesIn(archive: Archive, path: string, signal: AbortSignal): AsyncGenerator<Entry> {
  const pages = pagesOf((nextToken) => listAll(path, nextToken));
  for (;;) {
    let page: IteratorResult<{ path: string }[]>;
    try {
      page = await pages.next();
    } catch (thrown) {
      return archive.miss(path, thrown);
    }
    if (page.done) {
      return;
    }
    for (const { path: key } of page.value) {
      yield* archive.file(key, () => open(key, signal));
    }
  }
}

async function* pagesOf<T>(read: (nextToken: string | null) => Promise<Page<T>>): AsyncGenerator<T[]> {
  let next: string | null = null;
  do {
    const page: Page<T> = await read(next);
    yield page.items;
    next = page.nextToken;
  } while (next);
}

/** Opens an object by a link of one's own. S3 says of one that is not there that it may not be read, where one may not list. */
async function open(key: string, signal: AbortSignal, absent?: string): Promise<Opened> {
  const response = await fetch(await signOne(key, 900), { signal, cache: 'no-store' });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    const gone = response.status === 403 || response.status === 404;
    throw new Fault('NotFound', (gone && absent) || `The file store answered ${response.status}.`);
  }
  const modified = new Date(response.headers.get('last-modified') ?? Number.NaN);
  return {
    body: chunks(response.body),
    type: response.headers.get('content-type') ?? undefined,
    modified: Number.isNaN(modified.getTime()) ? new Date() : modified,
  };
}

// Not every browser has an iterator of streams.
async function* chunks(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      yield part.value;
    }
  } catch (thrown) {
    throw faultOf(thrown);
  }
}
