import { useEffect, useState } from 'react';
import { type Fault, faultOf } from './faults';
import { keepSigned, type Signed } from './presigned';
import { sign } from './storage';

/** Links to objects, in their order, that are renewed before they end, as long as the page shows them. */
export function useSigned(paths: string[], seconds = 900): { signed: Signed | undefined; fault: Fault | undefined } {
  const [kept, setKept] = useState<{ key: string; signed: Signed }>();
  const [fault, setFault] = useState<Fault>();
  const key = JSON.stringify(paths);
  useEffect(
    () =>
      keepSigned(
        () => sign(JSON.parse(key) as string[], seconds),
        (signed) => {
          setKept({ key, signed });
          setFault(undefined);
        },
        (thrown) => setFault(faultOf(thrown)),
      ),
    [key, seconds],
  );
  // Those of other paths are late.
  return { signed: kept?.key === key ? kept.signed : undefined, fault };
}
