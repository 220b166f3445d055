import { beforeEach, expect, test, vi } from 'vitest';
import { leaving } from './account';
import { Fault } from './faults';
import { perform } from './steps';

const calls: string[] = [];
let photos: string[] = [];
let objects: Record<string, string[]> = {};
let refused: string | undefined;

vi.mock('aws-amplify/auth', () => ({
  fetchAuthSession: async () => ({ identityId: 'us-east-1:me' }),
  deleteUser: async () => void calls.push('delete user'),
}));
vi.mock('./photos', () => ({
  photosByOwner: async (_: string, nextToken: string | null) => {
    const from = Number(nextToken ?? 0);
    const items = photos.slice(from, from + 2).map((id) => ({ id }));
    return { items, nextToken: from + 2 < photos.length ? String(from + 2) : null };
  },
  deleting: ({ id }: { id: string }) => [
    {
      name: 'row',
      run: async () => {
        calls.push(`delete photo ${id}`);
        if (id === refused) {
          throw new Fault('Conflict', 'liked');
        }
        if (id === 'gone') {
          throw new Fault('NotFound', 'gone');
        }
      },
    },
  ],
}));
vi.mock('./storage', () => ({
  listAllObjects: async (path: string) => (objects[path] ?? []).map((name) => ({ path: path + name })),
  removeObject: async (path: string) => void calls.push(`remove ${path}`),
}));

beforeEach(() => {
  calls.length = 0;
  photos = ['a', 'gone', 'b'];
  objects = { 'protected/us-east-1:me/': ['.thumbnails/p', 'p'], 'private/us-east-1:me/': ['q'] };
  refused = undefined;
});

test('takes photos, then files, then the account, over all pages and past what is gone already', async () => {
  const said: string[] = [];
  await perform(leaving('s', (words) => said.push(words)));
  expect(calls).toEqual([
    'delete photo a',
    'delete photo gone',
    'delete photo b',
    'remove protected/us-east-1:me/.thumbnails/p',
    'remove protected/us-east-1:me/p',
    'remove private/us-east-1:me/q',
    'delete user',
  ]);
  expect(said.at(-1)).toBe('2 files deleted');
});

test('keeps the account when something of it could not be deleted', async () => {
  refused = 'b';
  await expect(perform(leaving('s', () => undefined))).rejects.toMatchObject({ kind: 'Conflict' });
  expect(calls).not.toContain('delete user');
});
