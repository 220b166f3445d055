import { Fault, faultOf } from './faults';

/**
 * One step of something that takes several, none of which is a transaction. Steps before the one that commits are undone
 * when a later one fails; steps after it tidy up, and their failure leaves something behind but undoes nothing.
 */
export type Step = {
  /** What is being done, as the page says it: "Copying the picture". */
  name: string;
  run(): Promise<unknown>;
  /** Takes the step back. Called only when the step succeeded. */
  undo?(): Promise<unknown>;
  /** Marks the one step after which everything counts as done. */
  commits?: boolean;
  /**
   * For the step that commits: whether it took effect after all, asked when its answer was lost on the way. When that
   * cannot be told either, nothing is undone: a forgotten object costs less than a row that points nowhere.
   */
  tookEffect?(): Promise<boolean>;
};

/** Where things stand: step number `at` (from 0) of `of` is running, or being undone. */
export type Standing = { name: string; at: number; of: number; undoing: boolean };

/** What perform leaves behind: the names of the steps that tidy up and failed. */
export type Done = { leftovers: string[] };

/** Performs the steps in their order. Ends with the Fault of the step that failed, after undoing those before it. */
export async function perform(steps: Step[], report: (standing: Standing) => void = () => {}): Promise<Done> {
  const leftovers: string[] = [];
  const commit = steps.findIndex((step) => step.commits);
  for (const [at, step] of steps.entries()) {
    report({ name: step.name, at, of: steps.length, undoing: false });
    try {
      await step.run();
    } catch (thrown) {
      const fault = faultOf(thrown);
      if (commit >= 0 && at > commit) {
        leftovers.push(step.name);
        continue;
      }
      const outcome = await outcomeOf(step, fault);
      if (outcome === 'done') {
        continue;
      }
      if (outcome === 'failed') {
        await undo(steps.slice(0, at), report, steps.length);
      }
      throw fault;
    }
  }
  return { leftovers };
}

async function outcomeOf(step: Step, fault: Fault): Promise<'done' | 'failed' | 'untold'> {
  const lost = fault.kind === 'Offline' || fault.kind === 'Unknown';
  if (!lost || !step.tookEffect) {
    return 'failed';
  }
  try {
    return (await step.tookEffect()) ? 'done' : 'failed';
  } catch {
    return 'untold';
  }
}

async function undo(steps: Step[], report: (standing: Standing) => void, of: number): Promise<void> {
  for (const [at, step] of [...steps.entries()].reverse()) {
    if (!step.undo) {
      continue;
    }
    report({ name: step.name, at, of, undoing: true });
    // The fault that made us undo is the one to show; what cannot be taken back stays behind.
    await step.undo().catch(() => undefined);
  }
}
