import { makeZip } from 'client-zip';
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { Archive, type Entry, type Opened } from './archive';
import { Fault } from './faults';

const maria = { sub: 's', username: 'maria', email: 'maria@example.com' };
const at = new Date('2026-11-30T04:00:00.123Z');
const begin = (signal = new AbortController().signal) => new Archive(maria, at, signal);

/** The names and texts of a zip archive of entries. */
async function unzipped(entries: AsyncIterable<Entry>): Promise<Record<string, string>> {
  const bytes = new Uint8Array(await new Response(makeZip(entries)).arrayBuffer());
  return Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]));
}

async function* pages(...all: (object[] | Error)[]) {
  for (const page of all) {
    if (page instanceof Error) {
      throw page;
    }
    yield page;
  }
}

const reading = (...parts: (string | Error)[]) =>
  async (): Promise<Opened> => ({
    type: 'text/plain',
    modified: at,
    body: (async function* () {
      for (const part of parts) {
        if (part instanceof Error) {
          throw part;
        }
        yield new TextEncoder().encode(part);
      }
    })(),
  });

test('has rows, files and a manifest, as `lightbox user export` lays them out', async () => {
  const archive = begin();
  const entries = await unzipped(
    (async function* () {
      yield archive.rows('photos', pages([{ id: 1 }, { id: 2 }], [{ id: 3 }]));
      yield archive.rows('likes', pages([]));
      yield* archive.file('private/eu:1/a.txt', reading('Hel', 'lo'));
      yield archive.manifest();
    })(),
  );
  const { 'manifest.json': manifest, ...others } = entries;
  expect(others).toEqual({
    'rows/photos.json': '[\n  {"id":1},\n  {"id":2},\n  {"id":3}\n]\n',
    'rows/likes.json': '[]\n',
    'files/private/eu_1/a.txt': 'Hello',
  });
  expect(JSON.parse(manifest ?? '')).toEqual({
    ...maria,
    at: '2026-11-30T04:00:00Z',
    rows: { photos: 3, likes: 0 },
    files: [{ name: 'files/private/eu_1/a.txt', key: 'private/eu:1/a.txt', bytes: 5, type: 'text/plain', modified: '2026-11-30T04:00:00Z' }],
    missing: [],
    notSearched: [],
  });
});

test('goes on past what cannot be had, and names it', async () => {
  const archive = begin();
  const entries = await unzipped(
    (async function* () {
      yield archive.rows('photos', pages([{ id: 1 }], new Fault('Offline', 'away')));
      yield* archive.file('a', () => Promise.reject(new Fault('NotFound', 'not there')));
      yield* archive.file('b', reading('Hel', new Fault('Offline', 'away')));
      yield* archive.file('c', reading('whole'));
      yield archive.manifest();
    })(),
  );
  expect(entries).toMatchObject({ 'rows/photos.json': '[\n  {"id":1}\n]\n', 'files/b': 'Hel', 'files/c': 'whole' });
  expect(entries).not.toHaveProperty('files/a');
  expect(JSON.parse(entries['manifest.json'] ?? '').missing).toEqual([
    { what: 'rows/photos.json', why: 'away' },
    { what: 'a', why: 'not there' },
    { what: 'b', why: 'cut short after 3 bytes: away' },
  ]);
});

test('is none when somebody stopped, or when the session has ended', async () => {
  const stop = new AbortController();
  const stopped = begin(stop.signal);
  stop.abort();
  const ended = new Fault('SessionEnded', 'ended');
  const made = async (archive: Archive, fault: Error) => {
    for await (const { input } of archive.file('a', reading('Hel', fault))) {
      for await (const _ of input);
    }
  };
  await expect(made(stopped, new Fault('Offline', 'away'))).rejects.toMatchObject({ name: 'AbortError' });
  await expect(made(begin(), ended)).rejects.toBe(ended);
  await expect(made(begin(), new Fault('Offline', 'away'))).resolves.toBeUndefined();
});

test('is unpacked where one has a file and a folder of one name', async () => {
  const archive = begin();
  const entries = await unzipped(
    (async function* () {
      yield* archive.file('private/eu:1/notes', reading('a'));
      yield* archive.file('private/eu:1/notes/today.txt', reading('b'));
      yield archive.manifest();
    })(),
  );
  const { 'manifest.json': manifest, ...others } = entries;
  expect(others).toEqual({ 'files/private/eu_1/notes': 'a', 'files/private/eu_1/notes (2)/today.txt': 'b' });
  expect(JSON.parse(manifest ?? '').files).toMatchObject([
    { key: 'private/eu:1/notes', name: 'files/private/eu_1/notes' },
    { key: 'private/eu:1/notes/today.txt', name: 'files/private/eu_1/notes (2)/today.txt' },
  ]);
});
