import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Fault } from './faults';
import { changed, persist, type Photo, posting } from './photos';
import type { BarePicture } from './picture/bare';
import { perform } from './steps';

const calls: string[] = [];
const answers: Record<string, () => unknown> = {};

vi.mock('./api', async (original) => ({
  ...(await original<typeof import('./api')>()),
  send: vi.fn(async (document: { toString(): string }, variables: object) => {
    const name = /(?:query|mutation) (\w+)/.exec(document.toString())?.[1] ?? '';
    calls.push(`${name} ${JSON.stringify(variables)}`);
    return answers[name]?.();
  }),
}));
vi.mock('./storage', () => ({
  upload: vi.fn(async (path: string) => void calls.push(`upload ${path}`)),
  removeObject: vi.fn(async (path: string) => void calls.push(`remove ${path}`)),
}));

const photo: Photo = {
  id: 's.1',
  imgKey: 'public/photos/s/1.jpg',
  caption: 'here',
  owner: 's',
  uploadedBy: 'maria',
  likeCount: 3,
  commentCount: 0,
  likedByMe: true,
  version: 2,
  createdAt: '2026-11-21T00:00:00.000Z',
  updatedAt: '2026-11-21T00:00:00.000Z',
};
const file = new File(['x'], 'Holiday.JPG', { type: 'image/jpeg' }) as BarePicture;
const hear = { photo: vi.fn(), progress: vi.fn() };

beforeEach(() => {
  calls.length = 0;
  hear.photo.mockClear();
});

describe('posting', () => {
  test('uploads into the own folder, then writes the row with that key', async () => {
    answers.CreatePhoto = () => ({ createPhoto: photo });
    await perform(posting('s', file, 'Hello', hear));
    const key = /^upload (public\/photos\/s\/[0-9a-f-]{36}\.jpg)$/.exec(calls[0] ?? '')?.[1];
    expect(key).toBeDefined();
    expect(calls[1]).toBe(`CreatePhoto {"input":{"imgKey":"${key}","caption":"Hello"}}`);
    expect(hear.photo).toHaveBeenCalledWith({ ...photo, likedByMe: false });
  });

  test('removes the picture again when the row is refused', async () => {
    answers.CreatePhoto = () => {
      throw new Fault('BadRequest', 'caption');
    };
    await expect(perform(posting('s', file, '', hear))).rejects.toMatchObject({ kind: 'BadRequest' });
    expect(calls.at(-1)).toBe(calls[0]?.replace('upload', 'remove'));
    expect(hear.photo).not.toHaveBeenCalled();
  });
});

describe('an event of a photo', () => {
  test('never says whether this user likes it', () => {
    const event = { ...photo, likeCount: 4, caption: 'new', version: 3, likedByMe: false };
    const { likedByMe: _, ...sent } = event;
    expect(changed(sent)(photo)).toEqual({ ...event, likedByMe: true });
  });

  test('does not bring back an older caption', () => {
    expect(changed({ ...photo, caption: 'old', version: 1, likeCount: 5 })(photo)).toEqual({ ...photo, likeCount: 5 });
  });
});

describe('persist', () => {
  const wait = async () => {};

  test('calls again on a Conflict', async () => {
    const call = vi.fn<() => Promise<number>>().mockRejectedValueOnce(new Fault('Conflict', 'c')).mockResolvedValue(7);
    expect(await persist(call, wait)).toBe(7);
    expect(call).toHaveBeenCalledTimes(2);
  });

  test('gives up after four', async () => {
    const call = vi.fn(() => Promise.reject(new Fault('Conflict', 'c')));
    await expect(persist(call, wait)).rejects.toMatchObject({ kind: 'Conflict' });
    expect(call).toHaveBeenCalledTimes(4);
  });

  test('does not repeat what was refused for another reason', async () => {
    const call = vi.fn(() => Promise.reject(new Fault('Unauthorized', 'u')));
    await expect(persist(call, wait)).rejects.toMatchObject({ kind: 'Unauthorized' });
    expect(call).toHaveBeenCalledTimes(1);
  });
});
