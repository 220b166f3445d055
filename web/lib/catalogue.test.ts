import { beforeEach, describe, expect, test, vi } from 'vitest';
import { creating, deleting, publishing, unpublishing, updating } from './catalogue';
import { Fault } from './faults';
import type { Product } from './products';
import { perform } from './steps';
import { newUpload, type Upload } from './uploads';

// What was called, in its order: operations with their variables, and what was sent to the bucket.
const calls: string[] = [];
// What the API answers to an operation; what is not here answers null.
let api: Record<string, () => unknown> = {};

vi.mock('./api', async (original) => ({
  ...(await original<typeof import('./api')>()),
  send: async (document: { toString(): string }, variables: object) => {
    const name = /(?:query|mutation) (\w+)/.exec(document.toString())?.[1] ?? '';
    calls.push(`${name} ${JSON.stringify(variables)}`);
    const field = name.charAt(0).toLowerCase() + name.slice(1);
    return { [field]: api[name]?.() ?? null };
  },
}));
vi.mock('./storage', () => ({ upload: async (path: string) => void calls.push(`upload ${path}`) }));

const hear = { product: vi.fn(), progress: vi.fn() };
const uuid = '0b0f9a52-3c1e-4a6e-8f61-0a1b2c3d4e5f';
const key = `uploads/s/${uuid}`;
const details = { name: 'Lamp', description: null, price: 1999, currency: 'EUR' };
const madeIn = (folder: string) => ({
  width: 4,
  height: 3,
  placeholder: '',
  renditions: [{ width: 4, format: 'WEBP' as const, key: `${folder}/4.webp`, url: null }],
});
const draft: Product = {
  ...details,
  id: 'p1',
  isLive: false,
  imgKey: 'drafts/f/4.jpg',
  picture: madeIn('drafts/f'),
  version: 3,
  createdAt: '2026-11-21T00:00:00.000Z',
  updatedAt: '2026-11-21T00:00:00.000Z',
};
const live: Product = { ...draft, isLive: true, imgKey: 'public/products/p1/main.jpg', version: 4 };
const refuse = (kind: Fault['kind']) => () => {
  throw new Fault(kind, kind);
};
const verbs = () => calls.map((call) => call.split(' ')[0]);
let picture: Upload;

beforeEach(() => {
  calls.length = 0;
  api = {};
  hear.product.mockClear();
  picture = newUpload('s', new File(['x'], 'lamp.png'), uuid);
});

describe('publishing', () => {
  test('is one call: the backend copies the pictures', async () => {
    api = { PublishProduct: () => live };
    await perform(publishing(draft, hear));
    expect(calls).toEqual([`PublishProduct ${JSON.stringify({ id: 'p1', version: 3 })}`]);
    expect(hear.product).toHaveBeenCalledExactlyOnceWith(live);
  });

  test('says so when somebody else was faster', async () => {
    api = { PublishProduct: refuse('Conflict') };
    await expect(perform(publishing(draft, hear))).rejects.toMatchObject({ kind: 'Conflict' });
    expect(hear.product).not.toHaveBeenCalled();
  });

  test.each([
    ['is done', live, true],
    ['has failed', draft, false],
  ])('%s when the answer was lost and the product is as the call left it', async (_, now, done) => {
    api = { PublishProduct: refuse('Offline'), GetProduct: () => now };
    await perform(publishing(draft, hear)).catch((fault) => expect(fault).toMatchObject({ kind: 'Offline' }));
    expect(hear.product.mock.calls).toEqual(done ? [[live]] : []);
  });
});

test('unpublishing is one call, and then reads where the pictures are now', async () => {
  const now = { ...draft, version: 5, picture: madeIn('drafts/g') };
  api = { UnpublishProduct: () => ({ id: 'p1', wasLive: true }), GetProduct: () => now };
  await perform(unpublishing(live, hear));
  expect(calls).toEqual([`UnpublishProduct ${JSON.stringify({ id: 'p1', version: 4 })}`, 'GetProduct {"id":"p1"}']);
  expect(hear.product).toHaveBeenCalledExactlyOnceWith(now);
});

describe('creating', () => {
  test('sends the picture, then names it', async () => {
    api = { CreateProduct: () => draft };
    await perform(creating(details, picture, hear));
    expect(calls).toEqual([`upload ${key}`, `CreateProduct ${JSON.stringify({ input: { ...details, imgKey: key } })}`]);
  });

  test('needs no picture', async () => {
    api = { CreateProduct: () => draft };
    await perform(creating(details, undefined, hear));
    expect(calls).toEqual([`CreateProduct ${JSON.stringify({ input: details })}`]);
  });

  test('is done when the answer was lost but the product of the upload is there', async () => {
    api = { CreateProduct: refuse('Unknown'), GetProduct: () => draft };
    await perform(creating(details, picture, hear));
    expect(calls.at(-1)).toBe(`GetProduct ${JSON.stringify({ id: uuid })}`);
    expect(hear.product).toHaveBeenCalledExactlyOnceWith(draft);
  });
});

describe('updating', () => {
  test('names the version that was read and leaves the picture alone', async () => {
    api = { UpdateProduct: () => draft };
    await perform(updating(draft, details, undefined, hear));
    expect(calls).toEqual([`UpdateProduct ${JSON.stringify({ id: 'p1', version: 3, input: details })}`]);
  });

  test.each([['a draft', draft], ['a live product', live]])('sends a new picture of %s in the same way, and removes nothing', async (_, product) => {
    api = { UpdateProduct: () => product };
    await perform(updating(product, details, picture, hear));
    expect(calls).toEqual([
      `upload ${key}`,
      `UpdateProduct ${JSON.stringify({ id: 'p1', version: product.version, input: { ...details, imgKey: key } })}`,
    ]);
  });

  test('does not send the picture again after a conflict', async () => {
    api = { UpdateProduct: refuse('Conflict') };
    await expect(perform(updating(live, details, picture, hear))).rejects.toMatchObject({ kind: 'Conflict' });
    api = { UpdateProduct: () => live };
    await perform(updating(live, details, picture, hear));
    expect(verbs()).toEqual(['upload', 'UpdateProduct', 'UpdateProduct']);
  });

  test.each([
    ['has another picture now', madeIn('drafts/g'), true],
    ['has the picture that it had', draft.picture, false],
  ])('an answer that was lost counts only where the product %s', async (_, shown, done) => {
    api = { UpdateProduct: refuse('Offline'), GetProduct: () => ({ ...draft, version: 4, picture: shown }) };
    const run = perform(updating(draft, details, picture, hear)).then(
      () => true,
      () => false,
    );
    expect(await run).toBe(done);
  });
});

test('deleting is one call: the backend removes the pictures', async () => {
  api = { DeleteProduct: () => ({ id: 'p1', wasLive: true }) };
  await perform(deleting(live));
  expect(verbs()).toEqual(['DeleteProduct']);
  calls.length = 0;
  api = { DeleteProduct: refuse('Conflict') };
  await expect(perform(deleting(live))).rejects.toMatchObject({ kind: 'Conflict' });
});
