import { CONNECTION_STATE_CHANGE, type ConnectionState } from 'aws-amplify/api';
import { Hub } from 'aws-amplify/utils';
import { useEffect, useRef } from 'react';

/**
 * Calls back when events may have been missed: the connection of the subscriptions was broken and is there again. Once
 * each time, so that a page that reads its list anew does so as often as the network failed, and no more.
 */
export function useCatchUp(onBack: () => void) {
  const latest = useRef(onBack);
  useEffect(() => {
    latest.current = onBack;
  });
  useEffect(() => {
    let broken = false;
    return Hub.listen('api', ({ payload }) => {
      if (payload.event !== CONNECTION_STATE_CHANGE) {
        return;
      }
      const { connectionState } = payload.data as { connectionState: ConnectionState };
      if (connectionState.startsWith('ConnectionDisrupted')) {
        broken = true;
      } else if (connectionState === 'Connected' && broken) {
        broken = false;
        latest.current();
      }
    });
  }, []);
}
