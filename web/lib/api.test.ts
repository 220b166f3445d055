import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GetProfileDocument } from '@/graphql/generated';
import { send } from './api';

const graphql = vi.fn();
vi.mock('aws-amplify/api', () => ({ generateClient: () => ({ graphql: (request: unknown) => graphql(request) }) }));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('an answer that does not come is given up after the 30 seconds in which it can, so that no page waits for ever', async () => {
  graphql.mockReturnValue(new Promise(() => undefined));
  const outcome = vi.fn();
  void send(GetProfileDocument, { owner: 's' }).catch(({ kind }) => outcome(kind));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(outcome).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(outcome).toHaveBeenCalledWith('Offline');
});

test('an answer that comes leaves no clock behind', async () => {
  graphql.mockResolvedValue({ data: { getProfile: null } });
  expect(await send(GetProfileDocument, { owner: 's' })).toEqual({ getProfile: null });
  expect(vi.getTimerCount()).toBe(0);
});
