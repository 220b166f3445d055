import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Fault } from './faults';
import { changed, deleting, persist, type Photo, posting } from './photos';
import { perform } from './steps';
import { newUpload, type Upload } from './uploads';

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
}));

const photo: Photo = {
  id: 's.1',
  imgKey: 'public/photos/f/1280.jpg',
  picture: { width: 4, height: 3, placeholder: '', renditions: [] },
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
const uuid = '0b0f9a52-3c1e-4a6e-8f61-0a1b2c3d4e5f';
const file = new File(['x'], 'Holiday.JPG', { type: 'image/jpeg' });
const hear = { photo: vi.fn(), progress: vi.fn() };
const refuse = (kind: Fault['kind']) => () => {
  throw new Fault(kind, kind);
};
let picture: Upload;

beforeEach(() => {
  calls.length = 0;
  Object.keys(answers).forEach((name) => delete answers[name]);
  hear.photo.mockClear();
  picture = newUpload('s', file, uuid);
});

describe('posting', () => {
  test('sends the picture, then names it', async () => {
    answers.CreatePhoto = () => ({ createPhoto: photo });
    await perform(posting('s', picture, 'Hello', hear));
    expect(calls).toEqual([`upload uploads/s/${uuid}`, `CreatePhoto {"input":{"imgKey":"uploads/s/${uuid}","caption":"Hello"}}`]);
    expect(hear.photo).toHaveBeenCalledExactlyOnceWith({ ...photo, likedByMe: false });
  });

  test('never uses a key twice', () => {
    expect(newUpload('s', file).key).not.toBe(newUpload('s', file).key);
  });

  test.each(['LimitExceeded', 'Unknown'] as const)('does not send the picture again after a %s', async (kind) => {
    answers.CreatePhoto = refuse(kind);
    answers.GetPhoto = () => ({ getPhoto: null });
    await expect(perform(posting('s', picture, '', hear))).rejects.toMatchObject({ kind });
    answers.CreatePhoto = () => ({ createPhoto: photo });
    await perform(posting('s', picture, '', hear));
    expect(calls.filter((call) => call.startsWith('upload'))).toHaveLength(1);
  });

  test('sends it again when the backend finds fault with it: it stays for a day only', async () => {
    answers.CreatePhoto = refuse('BadRequest');
    await expect(perform(posting('s', picture, '', hear))).rejects.toMatchObject({ kind: 'BadRequest' });
    answers.CreatePhoto = () => ({ createPhoto: photo });
    await perform(posting('s', picture, '', hear));
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['upload', 'CreatePhoto', 'upload', 'CreatePhoto']);
  });

  test('is done when the answer was lost but the photo of the upload is there', async () => {
    answers.CreatePhoto = refuse('Offline');
    answers.GetPhoto = () => ({ getPhoto: photo });
    await perform(posting('s', picture, '', hear));
    expect(calls.at(-1)).toBe(`GetPhoto {"id":"s.${uuid}"}`);
    expect(hear.photo).toHaveBeenCalledExactlyOnceWith(photo);
  });
});

test('deleting is one call: the backend removes the pictures', async () => {
  answers.DeletePhoto = () => ({ deletePhoto: photo });
  await perform(deleting(photo));
  expect(calls).toEqual(['DeletePhoto {"id":"s.1"}']);
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
