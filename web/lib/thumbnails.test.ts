import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as canvas from './drawn';
import { makeThumbnail, removeFile } from './thumbnails';

const calls: string[] = [];
vi.mock('./drawn', () => ({ decoded: vi.fn(async () => ({})), drawn: vi.fn(async () => new Blob(['small'], { type: 'image/webp' })) }));
vi.mock('./storage', () => ({
  upload: async (path: string, { type }: Blob) => void calls.push(`upload ${path} ${type}`),
  removeObject: async (path: string) => void calls.push(`remove ${path}`),
}));
beforeEach(() => void (calls.length = 0));

const file = new File(['large'], 'a.png');

describe('a thumbnail', () => {
  test('is a small picture beside its file', async () => {
    await makeThumbnail('private/me/a.png', file);
    expect(canvas.drawn).toHaveBeenCalledExactlyOnceWith({}, 160, ['image/webp', 'image/jpeg'], 0.8);
    expect(calls).toEqual(['upload private/me/.thumbnails/a.png image/webp']);
  });

  test('is made of nothing but pictures, and of none that the browser cannot open', async () => {
    await makeThumbnail('private/me/a.txt', file);
    vi.mocked(canvas.decoded).mockRejectedValueOnce(new Error('EncodingError'));
    await makeThumbnail('private/me/a.png', file);
    expect(calls).toEqual([]);
  });
});

test('a file goes with its thumbnail, which goes first', async () => {
  await removeFile('private/me/a.png');
  await removeFile('private/me/a.txt');
  expect(calls).toEqual(['remove private/me/.thumbnails/a.png', 'remove private/me/a.png', 'remove private/me/a.txt']);
});
