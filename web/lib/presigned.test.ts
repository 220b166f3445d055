import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepSigned, renewIn, type Signed } from './presigned';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-21T09:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

test('renews a minute before the end, and never in a busy loop', () => {
  expect(renewIn(inSeconds(900), Date.now())).toBe(840_000);
  expect(renewIn(inSeconds(30), Date.now())).toBe(5_000);
  expect(renewIn(inSeconds(-10), Date.now())).toBe(5_000);
});

test('gives links one after the other until it is stopped', async () => {
  let count = 0;
  const sign = vi.fn(async (): Promise<Signed> => ({ urls: [`link ${++count}`], expires: inSeconds(900) }));
  const heard: string[] = [];
  const stop = keepSigned(
    sign,
    ({ urls }) => heard.push(...urls),
    () => undefined,
  );
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toEqual(['link 1']);
  await vi.advanceTimersByTimeAsync(839_000);
  expect(sign).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(heard).toEqual(['link 1', 'link 2']);
  stop();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(sign).toHaveBeenCalledTimes(2);
});

test('tells of a failure, and asks again after a while', async () => {
  const sign = vi.fn<() => Promise<Signed>>().mockRejectedValue(new Error('no'));
  const failed = vi.fn();
  const stop = keepSigned(sign, () => undefined, failed);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(failed).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sign).toHaveBeenCalledTimes(2);
  stop();
});

test('says nothing once it is stopped, even of a link that was on its way', async () => {
  const heard = vi.fn();
  const stop = keepSigned(async () => ({ urls: ['late'], expires: inSeconds(900) }), heard, heard);
  stop();
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).not.toHaveBeenCalled();
});
