import { useEffect, useRef, useState } from 'react';
import type { ArchiveRow } from './archive-rows-plan.ts';
import type { Reading } from './reading.ts';

const none: ReadonlySet<string> = new Set();
/** A row slides in while it is new; one that is drawn again later does not. */
const newMs = 1000;

/** Days that came in above all others while the reader was at the top. */
export function useArrivals(rows: readonly ArchiveRow[], reading: Reading): ReadonlySet<string> {
  const [arrived, setArrived] = useState(none);
  const newest = rows.find((row) => row.kind === 'day')?.key ?? '';
  const before = useRef(newest);
  useEffect(() => {
    const was = before.current;
    before.current = newest;
    if (was === '' || newest <= was || !reading.get().isAtTop) return undefined;
    setArrived(new Set([newest]));
    const timer = setTimeout(() => setArrived(none), newMs);
    return () => clearTimeout(timer);
  }, [newest, reading]);
  return arrived;
}
