import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Fault, faultOf } from './faults';
import { noteRequestIds, requestIdOf } from './requestIds';

const id = '1a2b3c4d-0000-4000-8000-0123456789ab';
const answers = vi.fn<typeof fetch>();
beforeEach(() => void vi.stubGlobal('fetch', answers));
afterEach(() => void vi.unstubAllGlobals());

const answer = (body: unknown, headers: Record<string, string> = { 'x-amzn-RequestId': id }) =>
  answers.mockResolvedValueOnce(new Response(JSON.stringify(body), { headers }));

test('an error of the API has the id of its request, of which a person is shown the beginning', async () => {
  noteRequestIds();
  answer({ data: null, errors: [{ errorType: 'Conflict', message: 'm' }] });
  const thrown: unknown = await (await fetch('https://api')).json();
  expect(requestIdOf(thrown)).toBe(id);
  expect(faultOf(thrown).id).toBe('1a2b3c4d');
});

test('two answers at once keep their own', async () => {
  noteRequestIds();
  answer({ n: 1 });
  answer({ n: 2 }, { 'x-amzn-RequestId': 'other' });
  const [one, two] = await Promise.all([fetch('https://api'), fetch('https://api')]);
  const [second, first] = [await two.json(), await one.json()];
  expect([requestIdOf(first), requestIdOf(second)]).toEqual([id, 'other']);
});

test('answers without an id, and what is no object, are as they were', async () => {
  noteRequestIds();
  answer({ a: 1 }, {});
  answer('text');
  expect(requestIdOf(await (await fetch('/outputs')).json())).toBeUndefined();
  expect(await (await fetch('https://api')).json()).toBe('text');
});

test.each([
  ['S3 and Cognito', Object.assign(new Error('m'), { name: 'AccessDenied', metadata: { requestId: id } })],
  ['a request that AppSync refuses as a whole', { errors: [{ message: 'm', originalError: { $metadata: { requestId: id } } }] }],
])('%s say theirs themselves', (_, thrown) => {
  expect(faultOf(thrown).id).toBe('1a2b3c4d');
});

test.each([['nothing', undefined], ['no answer', new TypeError('Failed to fetch')], ['no errors', { errors: [] }]])('%s has none', (_, thrown) => {
  expect(faultOf(thrown).id).toBeUndefined();
  expect(new Fault('NotFound', 'gone').id).toBeUndefined();
});
