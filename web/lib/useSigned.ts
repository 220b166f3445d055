import { useEffect, useState } from 'react';
import { type Fault, faultOf } from './faults';
import { keepSigned, type Signed } from './presigned';
import { sign } from './storage';

/** A link to an object that is renewed before it ends, as long as the page shows it. */
export function useSigned(path: string, seconds = 900): { signed: Signed | undefined; fault: Fault | undefined } {
  const [signed, setSigned] = useState<Signed>();
  const [fault, setFault] = useState<Fault>();
  useEffect(
    () =>
      keepSigned(
        () => sign(path, seconds),
        (made) => {
          setSigned(made);
          setFault(undefined);
        },
        (thrown) => setFault(faultOf(thrown)),
      ),
    [path, seconds],
  );
  return { signed, fault };
}
