import { type Fault, faultOf } from './faults';

/** One step of something that takes several, none of which is a transaction. Nothing is undone: what a step left can be left. */
export type Step = {
  /** What is being done, as the page says it: "Uploading the picture". */
  name: string;
  run(): Promise<unknown>;
  /**
   * For a step that may have taken effect although its answer was lost on the way: whether it did. When that cannot be told
   * either, it counts as failed.
   */
  tookEffect?(): Promise<boolean>;
};

/** Where things stand: step number `at` (from 0) of `of` is running. */
export type Standing = { name: string; at: number; of: number };

/** Performs the steps in their order. Ends with the Fault of the step that failed. */
export async function perform(steps: Step[], report: (standing: Standing) => void = () => {}): Promise<void> {
  for (const [at, step] of steps.entries()) {
    report({ name: step.name, at, of: steps.length });
    try {
      await step.run();
    } catch (thrown) {
      const fault = faultOf(thrown);
      if (!(await done(step, fault))) {
        throw fault;
      }
    }
  }
}

async function done(step: Step, { kind }: Fault): Promise<boolean> {
  const lost = kind === 'Offline' || kind === 'Unknown';
  return lost && step.tookEffect ? step.tookEffect().catch(() => false) : false;
}
