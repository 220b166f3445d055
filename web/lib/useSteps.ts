import { useState } from 'react';
import { perform, type Standing, type Step } from './steps';
import { type Act, useAct } from './useAct';

/** Steps that a button starts, and where they stand. */
export type Steps = Act<[steps: Step[]]> & { standing: Standing | undefined };

/** Performs steps, once at a time, and tells where they stand. */
export function useSteps(): Steps {
  const [standing, setStanding] = useState<Standing>();
  const act = useAct(async (steps: Step[]) => {
    try {
      await perform(steps, setStanding);
    } finally {
      setStanding(undefined);
    }
  });
  return { ...act, standing };
}
