import { useState } from 'react';
import { perform, type Standing, type Step } from './steps';
import { type Act, useAct } from './useAct';

/** Steps that a button starts: where they stand, and what was left behind by the last run. */
export type Steps = Act<[steps: Step[]]> & { standing: Standing | undefined; leftovers: string[] };

/** Performs steps, once at a time, and tells where they stand. */
export function useSteps(): Steps {
  const [standing, setStanding] = useState<Standing>();
  const [leftovers, setLeftovers] = useState<string[]>([]);
  const act = useAct(async (steps: Step[]) => {
    setLeftovers([]);
    try {
      setLeftovers((await perform(steps, setStanding)).leftovers);
    } finally {
      setStanding(undefined);
    }
  });
  return { ...act, standing, leftovers };
}
