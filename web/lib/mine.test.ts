import { beforeEach, expect, test, vi } from 'vitest';
import { Fault } from './faults';
import type { Missing } from './archive';
import { entriesOf } from './mine';

const photo = (id: string, commentCount: number, likedByMe: boolean) => ({
  id,
  owner: 's',
  imgKey: `public/photos/${id}${id}/1280.jpg`,
  picture: { renditions: [{ key: `public/photos/${id}${id}/160.webp` }, { key: `public/photos/${id}${id}/1280.jpg` }] },
  commentCount,
  likedByMe,
});
const pages: Record<string, { items: object[]; nextToken: string | null }[]> = {};
const asked: string[] = [];
const absent = new Set<string>();

vi.mock('aws-amplify/auth', () => ({ fetchAuthSession: async () => ({ identityId: 'eu:1' }) }));
vi.mock('./api', () => ({
  send: async (document: { toString(): string }, variables: { photoId?: string }) => {
    const name = /query (\w+)/.exec(String(document))?.[1] ?? '';
    asked.push(`${name}${variables.photoId ? ` ${variables.photoId}` : ''}`);
    if (name === 'GetProfile') {
      return { getProfile: { owner: 's', name: 'maria' } };
    }
    const page = pages[name]?.shift() ?? { items: [], nextToken: null };
    return name === 'PhotosByOwner' ? { photosByOwner: page } : { commentsByPhoto: page };
  },
}));
vi.mock('./storage', () => ({
  listAll: async (path: string) => {
    asked.push(`list ${path}`);
    if (absent.has(path)) {
      throw new Fault('Offline', 'away');
    }
    return { items: [{ path: `${path}notes.txt` }], nextToken: null };
  },
  signOne: async (path: string) => `https://files.example/${path}`,
}));

const read = async () => {
  const entries: Record<string, string> = {};
  let missing: Missing[] = [];
  const making = { signal: new AbortController().signal, tell: () => {}, missing: (all: Missing[]) => void (missing = all) };
  for await (const { name, input } of entriesOf({ sub: 's', username: 'maria', email: undefined, admin: false, groups: [] }, making)) {
    entries[name] = '';
    for await (const part of input) {
      entries[name] += typeof part === 'string' ? part : new TextDecoder().decode(part);
    }
  }
  return { entries, missing, manifest: JSON.parse(entries['manifest.json'] ?? '') };
};

beforeEach(() => {
  asked.length = 0;
  absent.clear();
  pages.PhotosByOwner = [
    { items: [photo('1', 2, true)], nextToken: 'more' },
    { items: [photo('2', 0, false)], nextToken: null },
  ];
  pages.CommentsByPhoto = [{ items: [{ id: 'c1', owner: 's' }, { id: 'c2', owner: 'other' }], nextToken: null }];
  vi.stubGlobal('fetch', async (url: string) => {
    const key = url.replace('https://files.example/', '');
    return absent.has(key) ? new Response(null, { status: 403 }) : new Response(`of ${key}`);
  });
});

test('reads all pages, and of comments and likes those that are one’s own', async () => {
  const { entries, manifest, missing } = await read();
  expect(manifest.rows).toEqual({ profile: 1, photos: 2, comments: 1, likes: 1 });
  expect(JSON.parse(entries['rows/comments.json'] ?? '')).toEqual([{ id: 'c1', owner: 's' }]);
  expect(JSON.parse(entries['rows/likes.json'] ?? '')).toEqual([{ photoId: '1', owner: 's' }]);
  // A photo without comments is not asked for them.
  expect(asked.filter((name) => name.startsWith('Comments'))).toEqual(['CommentsByPhoto 1']);
  const keys = manifest.files.map(({ key }: { key: string }) => key);
  expect(keys).toEqual([
    'protected/eu:1/notes.txt',
    'private/eu:1/notes.txt',
    ...['1', '2'].flatMap((id) => [`public/photos/${id}${id}/160.webp`, `public/photos/${id}${id}/1280.jpg`, `originals/s/${id}${id}`]),
  ]);
  expect(entries['files/private/eu_1/notes.txt']).toBe('of private/eu:1/notes.txt');
  expect(missing).toEqual([]);
});

test('says what the API gives nobody in every manifest, and what could not be had besides', async () => {
  absent.add('originals/s/11').add('private/eu:1/');
  const { missing, manifest } = await read();
  expect(missing.map(({ what }) => what)).toEqual(['private/eu:1/', 'originals/s/11']);
  expect(manifest.missing.map(({ what }: Missing) => what)).toEqual([
    ...['comments', 'likes', 'days', 'identities'].map((name) => `rows/${name}.json`),
    'private/eu:1/',
    'originals/s/11',
  ]);
  expect(missing[1]?.why).toContain('was not kept');
  expect(manifest.notSearched).toEqual(['uploads/{user}/']);
});
