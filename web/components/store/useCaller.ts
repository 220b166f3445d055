import type { Caller } from '@/lib/api';
import { useBackend } from '../shell/Backend';

/** As whom the page calls what guests may call too; undefined until that is known. */
export function useCaller(): Caller | undefined {
  const { session } = useBackend();
  return session.status === 'loading' ? undefined : session.status;
}
