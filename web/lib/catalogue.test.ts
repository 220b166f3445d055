import { beforeEach, describe, expect, test, vi } from 'vitest';
import { creating, deleting, publishing, unpublishing, updating } from './catalogue';
import { Fault } from './faults';
import type { BarePicture } from './picture/bare';
import type { Product } from './products';
import { perform } from './steps';

// What was called, in its order: operations with their variables, and what was done to objects.
const calls: string[] = [];
// What the API answers to an operation; what is not here answers null.
let api: Record<string, () => unknown> = {};
let storage: Record<string, () => void> = {};

vi.mock('./api', async (original) => ({
  ...(await original<typeof import('./api')>()),
  send: async (document: { toString(): string }, variables: object) => {
    const name = /(?:query|mutation) (\w+)/.exec(document.toString())?.[1] ?? '';
    calls.push(`${name} ${JSON.stringify(variables)}`);
    const field = name.charAt(0).toLowerCase() + name.slice(1);
    return { [field]: api[name]?.() ?? null };
  },
}));
vi.mock('./storage', () => {
  const call = (verb: string) => async (path: string, other?: unknown) => {
    calls.push(`${verb} ${path}${typeof other === 'string' ? ` ${other}` : ''}`);
    storage[verb]?.();
  };
  return { upload: call('upload'), copyObject: call('copy'), removeObject: call('remove') };
});

beforeEach(() => {
  calls.length = 0;
  api = {};
  storage = {};
  hear.product.mockClear();
});

const hear = { product: vi.fn(), progress: vi.fn() };
const details = { name: 'Lamp', description: null, price: 1999, currency: 'EUR' };
const picture = new File(['x'], 'lamp.png', { type: 'image/png' }) as BarePicture;
const draft: Product = {
  ...details,
  id: 'p1',
  isLive: false,
  imgKey: 'drafts/1.png',
  version: 3,
  createdAt: '2026-11-21T00:00:00.000Z',
  updatedAt: '2026-11-21T00:00:00.000Z',
};
const live: Product = { ...draft, isLive: true, imgKey: 'public/products/1.png' };
const refuse = (kind: Fault['kind']) => () => {
  throw new Fault(kind, kind);
};
const verbs = () => calls.map((call) => call.split(' ')[0]);

describe('publishing', () => {
  test('copies the picture, publishes with the copy, and removes the draft picture', async () => {
    api = { PublishProduct: () => live };
    expect(await perform(publishing(draft, hear))).toEqual({ leftovers: [] });
    const to = /^copy drafts\/1\.png (public\/products\/[0-9a-f-]{36}\.png)$/.exec(calls[0] ?? '')?.[1];
    expect(to).toBeDefined();
    expect(calls[1]).toBe(`PublishProduct ${JSON.stringify({ id: 'p1', version: 3, imgKey: to })}`);
    expect(calls[2]).toBe('remove drafts/1.png');
    expect(hear.product).toHaveBeenCalledWith(live);
  });

  test('removes the copy, and never the draft picture, when somebody else was faster', async () => {
    api = { PublishProduct: refuse('Conflict') };
    await expect(perform(publishing(draft, hear))).rejects.toMatchObject({ kind: 'Conflict' });
    expect(calls.at(-1)).toMatch(/^remove public\/products\//);
    expect(calls).not.toContain('remove drafts/1.png');
  });

  test('keeps the copy when the answer was lost but the product is live with it', async () => {
    let key = '';
    api = {
      PublishProduct: () => {
        key = JSON.parse(calls.at(-1)?.replace('PublishProduct ', '') ?? '{}').imgKey;
        throw new Fault('Offline', 'lost');
      },
      GetProduct: () => ({ ...live, imgKey: key }),
    };
    await perform(publishing(draft, hear));
    expect(verbs()).toEqual(['copy', 'PublishProduct', 'GetProduct', 'remove']);
    expect(calls.at(-1)).toBe('remove drafts/1.png');
  });

  test('is done although the draft picture stayed', async () => {
    api = { PublishProduct: () => live };
    storage = { remove: refuse('Offline') };
    expect(await perform(publishing(draft, hear))).toEqual({ leftovers: ['Removing the picture of the draft'] });
  });

  test('does not start without a picture', () => {
    expect(() => publishing({ ...draft, imgKey: null }, hear)).toThrow('without a picture');
  });
});

test('unpublishing goes the other way', async () => {
  api = { UnpublishProduct: () => ({ id: 'p1', wasLive: true }) };
  await perform(unpublishing(live, hear));
  expect(calls[0]).toMatch(/^copy public\/products\/1\.png drafts\/[0-9a-f-]{36}\.png$/);
  expect(verbs()).toEqual(['copy', 'UnpublishProduct', 'remove']);
  expect(calls.at(-1)).toBe('remove public/products/1.png');
  expect(hear.product.mock.calls[0]?.[0]).toMatchObject({ isLive: false, version: 4 });
});

describe('creating', () => {
  test('uploads into the drafts, then writes', async () => {
    api = { CreateProduct: () => draft };
    await perform(creating(details, picture, hear));
    expect(calls[0]).toMatch(/^upload drafts\/[0-9a-f-]{36}\.png$/);
    expect(calls[1]).toContain(calls[0]?.replace('upload ', ''));
  });

  test('needs no picture', async () => {
    api = { CreateProduct: () => draft };
    await perform(creating(details, undefined, hear));
    expect(calls).toEqual([`CreateProduct ${JSON.stringify({ input: details })}`]);
  });

  test('removes the upload when the draft is refused', async () => {
    api = { CreateProduct: refuse('BadRequest') };
    await expect(perform(creating(details, picture, hear))).rejects.toMatchObject({ kind: 'BadRequest' });
    expect(verbs()).toEqual(['upload', 'CreateProduct', 'remove']);
  });
});

describe('updating', () => {
  test('names the version that was read and leaves the picture alone', async () => {
    api = { UpdateProduct: () => draft };
    await perform(updating(draft, details, undefined, hear));
    expect(calls).toEqual([`UpdateProduct ${JSON.stringify({ id: 'p1', version: 3, input: details })}`]);
  });

  test('replaces the picture of a live product in public, and removes the old one last', async () => {
    api = { UpdateProduct: () => live };
    await perform(updating(live, details, picture, hear));
    expect(calls[0]).toMatch(/^upload public\/products\/[0-9a-f-]{36}\.png$/);
    expect(calls.at(-1)).toBe('remove public/products/1.png');
  });

  test('keeps the old picture and removes the new one on a conflict', async () => {
    api = { UpdateProduct: refuse('Conflict') };
    await expect(perform(updating(live, details, picture, hear))).rejects.toMatchObject({ kind: 'Conflict' });
    expect(calls).not.toContain('remove public/products/1.png');
    expect(verbs()).toEqual(['upload', 'UpdateProduct', 'remove']);
  });
});

test('deleting takes the row first, and the picture only when the row is gone', async () => {
  api = { DeleteProduct: () => ({ id: 'p1', wasLive: true }) };
  await perform(deleting(live));
  expect(verbs()).toEqual(['DeleteProduct', 'remove']);
  calls.length = 0;
  api = { DeleteProduct: refuse('Conflict') };
  await expect(perform(deleting(live))).rejects.toMatchObject({ kind: 'Conflict' });
  expect(verbs()).toEqual(['DeleteProduct']);
});
