import { useEffect, useRef } from 'react';
import type { TypedDocumentString } from '@/graphql/generated';
import { type Caller, watch } from './api';

/**
 * Follows a subscription while the component is shown and caller says as whom. One that is refused or breaks for good is
 * not tried again: the page works without it, and shows what is new when it is read anew.
 */
export function useLive<R, V extends object>(
  document: TypedDocumentString<R, V>,
  variables: V,
  caller: Caller | undefined,
  onEvent: (event: R) => void,
) {
  const latest = useRef(onEvent);
  useEffect(() => {
    latest.current = onEvent;
  });
  const key = JSON.stringify(variables);
  useEffect(() => {
    if (!caller) {
      return;
    }
    return watch(
      document,
      JSON.parse(key) as V,
      caller,
      (event) => latest.current(event),
      () => undefined,
    );
  }, [document, key, caller]);
}
