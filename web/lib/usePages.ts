import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Fault, faultOf } from './faults';
import { emptyList, type List, type Order, type Page, withChange, withItem, withoutItem, withPage } from './pages';

/** A list on a page: what was read of it, whether more is being read, and how to change it when an event comes. */
export type Pages<T> = {
  items: T[];
  /** True until the first page is there or has failed. */
  loading: boolean;
  loadingMore: boolean;
  /** Why the last page could not be read. */
  fault: Fault | undefined;
  /** Reads the next page, or the one that failed again; undefined when there is none. */
  more: (() => void) | undefined;
  /** Reads the first page anew; what is shown stays until it is there. */
  reload(): void;
  put(item: T): void;
  drop(id: string): void;
  change(id: string, change: (item: T) => T): void;
};

/**
 * Reads a list page by page. `key` says which list it is: when it changes, the list is read anew, and undefined reads
 * nothing yet. Nothing else makes it read: not a new function, not an event, not a failure.
 */
export function usePages<T>(
  key: string | undefined,
  order: Order<NoInfer<T>>,
  load: (nextToken: string | null) => Promise<Page<T>>,
): Pages<T> {
  // The list, and while it is read anew what was shown of it before.
  const [{ list, before }, setState] = useState<{ list: List<T>; before: T[] }>({ list: emptyList, before: [] });
  const setList = useCallback(
    (change: (now: List<T>) => List<T>) => setState((state) => ({ ...state, list: change(state.list) })),
    [],
  );
  const [reading, setReading] = useState(true);
  const [fault, setFault] = useState<Fault>();
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  useEffect(() => {
    latest.current = load;
  });
  // Answers of an earlier list are late and count no more.
  const current = useRef<object>({});
  const shown = useRef<string>(undefined);

  const read = useCallback(
    async (nextToken: string | null, run: object) => {
      setReading(true);
      setFault(undefined);
      try {
        const page = await latest.current(nextToken);
        if (current.current === run) {
          setList((now) => withPage(now, page, order));
        }
      } catch (thrown) {
        if (current.current === run) {
          setFault(faultOf(thrown));
        }
      }
      if (current.current === run) {
        setReading(false);
      }
    },
    [order, setList],
  );

  useEffect(() => {
    if (key === undefined) {
      return;
    }
    const run = {};
    current.current = run;
    // Events go to the new list at once.
    const again = shown.current === key;
    shown.current = key;
    setState((state) => ({ list: emptyList, before: again ? state.list.items : [] }));
    void read(null, run);
    return () => {
      current.current = {};
    };
  }, [key, turn, read]);

  const { nextToken } = list;
  const more = useMemo(() => {
    const again = fault !== undefined && nextToken === undefined;
    return again || nextToken ? () => void read(nextToken ?? null, current.current) : undefined;
  }, [fault, nextToken, read]);

  const waiting = nextToken === undefined && before.length > 0;
  return {
    items: waiting ? before : list.items,
    loading: nextToken === undefined && fault === undefined && reading && !waiting,
    loadingMore: nextToken !== undefined && reading,
    fault,
    more: reading ? undefined : more,
    reload: useCallback(() => setTurn((before) => before + 1), []),
    put: useCallback((item: T) => setList((now) => withItem(now, item, order)), [order, setList]),
    drop: useCallback((id: string) => setList((now) => withoutItem(now, id, order)), [order, setList]),
    change: useCallback(
      (id: string, change: (item: T) => T) => setList((now) => withChange(now, id, change, order)),
      [order, setList],
    ),
  };
}
