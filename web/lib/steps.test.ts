import { describe, expect, test, vi } from 'vitest';
import { Fault } from './faults';
import { perform, type Step } from './steps';

const ok = () => Promise.resolve();
const fail = (kind: Fault['kind']) => () => Promise.reject(new Fault(kind, kind));

/** Steps a, b (which commits) and c, of which the given ones fail; and what ran, in its order. */
function three(failing: Partial<Record<'a' | 'b' | 'c', Step['run']>>, tookEffect?: () => Promise<boolean>) {
  const ran: string[] = [];
  const step = (name: 'a' | 'b' | 'c', more: Partial<Step> = {}): Step => ({
    name,
    run: async () => {
      ran.push(name);
      await (failing[name] ?? ok)();
    },
    undo: async () => void ran.push(`undo ${name}`),
    ...more,
  });
  return { ran, steps: [step('a'), step('b', { commits: true, ...(tookEffect ? { tookEffect } : {}) }), step('c')] };
}

describe('perform', () => {
  test('runs the steps in their order and says where it is', async () => {
    const { ran, steps } = three({});
    const report = vi.fn();
    expect(await perform(steps, report)).toEqual({ leftovers: [] });
    expect(ran).toEqual(['a', 'b', 'c']);
    expect(report).toHaveBeenNthCalledWith(2, { name: 'b', at: 1, of: 3, undoing: false });
  });

  test('undoes what ran before a step that was refused, and says why', async () => {
    const { ran, steps } = three({ b: fail('Conflict') });
    const report = vi.fn();
    await expect(perform(steps, report)).rejects.toMatchObject({ kind: 'Conflict' });
    expect(ran).toEqual(['a', 'b', 'undo a']);
    expect(report).toHaveBeenLastCalledWith({ name: 'a', at: 0, of: 3, undoing: true });
  });

  test('undoes nothing when the first step fails', async () => {
    const { ran, steps } = three({ a: fail('Unauthorized') });
    await expect(perform(steps)).rejects.toMatchObject({ kind: 'Unauthorized' });
    expect(ran).toEqual(['a']);
  });

  test('shows the first fault even when undoing fails as well', async () => {
    const { steps } = three({ b: fail('Conflict') });
    steps[0] = { ...steps[0]!, undo: fail('Offline') };
    await expect(perform(steps)).rejects.toMatchObject({ kind: 'Conflict' });
  });

  test('leaves behind what could not be tidied up after the commit', async () => {
    const { ran, steps } = three({ c: fail('Offline') });
    expect(await perform(steps)).toEqual({ leftovers: ['c'] });
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  test('goes on when the answer of the commit was lost but it took effect', async () => {
    const { ran, steps } = three({ b: fail('Offline') }, async () => true);
    expect(await perform(steps)).toEqual({ leftovers: [] });
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  test('undoes when the answer of the commit was lost and it took no effect', async () => {
    const { ran, steps } = three({ b: fail('Unknown') }, async () => false);
    await expect(perform(steps)).rejects.toMatchObject({ kind: 'Unknown' });
    expect(ran).toEqual(['a', 'b', 'undo a']);
  });

  test('undoes nothing when nobody can tell whether the commit took effect', async () => {
    const { ran, steps } = three({ b: fail('Offline') }, fail('Offline') as () => Promise<never>);
    await expect(perform(steps)).rejects.toMatchObject({ kind: 'Offline' });
    expect(ran).toEqual(['a', 'b']);
  });

  test('does not ask whether a refused commit took effect', async () => {
    const tookEffect = vi.fn(async () => true);
    const { steps } = three({ b: fail('Conflict') }, tookEffect);
    await expect(perform(steps)).rejects.toMatchObject({ kind: 'Conflict' });
    expect(tookEffect).not.toHaveBeenCalled();
  });
});
