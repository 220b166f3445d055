import { describe, expect, test, vi } from 'vitest';
import { Fault } from './faults';
import { perform, type Step } from './steps';

const fail = (kind: Fault['kind']) => () => Promise.reject(new Fault(kind, kind));

/** Steps a, b and c, of which the given ones fail; and what ran, in its order. */
function three(failing: Partial<Record<'a' | 'b' | 'c', Step['run']>>, tookEffect?: () => Promise<boolean>) {
  const ran: string[] = [];
  const step = (name: 'a' | 'b' | 'c', more: Partial<Step> = {}): Step => ({
    name,
    run: async () => {
      ran.push(name);
      await failing[name]?.();
    },
    ...more,
  });
  return { ran, steps: [step('a'), step('b', tookEffect ? { tookEffect } : {}), step('c')] };
}

describe('perform', () => {
  test('runs the steps in their order and says where it is', async () => {
    const { ran, steps } = three({});
    const report = vi.fn();
    await perform(steps, report);
    expect(ran).toEqual(['a', 'b', 'c']);
    expect(report).toHaveBeenNthCalledWith(2, { name: 'b', at: 1, of: 3 });
  });

  test('ends with the first step that is refused, and says why', async () => {
    const { ran, steps } = three({ b: fail('Conflict'), c: fail('Unauthorized') });
    await expect(perform(steps)).rejects.toMatchObject({ kind: 'Conflict' });
    expect(ran).toEqual(['a', 'b']);
  });

  test.each(['Offline', 'Unknown'] as const)('goes on when an answer was lost (%s) but the step took effect', async (kind) => {
    const { ran, steps } = three({ b: fail(kind) }, async () => true);
    await perform(steps);
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  test('fails when the answer was lost and the step took no effect', async () => {
    const { steps } = three({ b: fail('Unknown') }, async () => false);
    await expect(perform(steps)).rejects.toMatchObject({ kind: 'Unknown' });
  });

  test('fails when nobody can tell whether the step took effect', async () => {
    const { steps } = three({ b: fail('Offline') }, fail('Conflict') as () => Promise<never>);
    await expect(perform(steps)).rejects.toMatchObject({ kind: 'Offline' });
  });

  test('does not ask whether a refused step took effect', async () => {
    const tookEffect = vi.fn(async () => true);
    const { steps } = three({ b: fail('Conflict') }, tookEffect);
    await expect(perform(steps)).rejects.toMatchObject({ kind: 'Conflict' });
    expect(tookEffect).not.toHaveBeenCalled();
  });
});
