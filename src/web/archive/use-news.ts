import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { CalendarDay } from '../../shared/find.ts';
import { newAbove, seenOf, type SeenDays } from './news-plan.ts';
import type { Reading } from './reading.ts';

/** How many recordings came in above what is read, since the reader was last at the top. */
export function useNews(days: readonly CalendarDay[], reading: Reading): number {
  const { isAtTop, day } = useSyncExternalStore(reading.subscribe, reading.get);
  const [seen, setSeen] = useState<SeenDays | null>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (days.length === 0 || !(isAtTop || isFirst.current)) return;
    isFirst.current = false;
    setSeen(seenOf(days));
  }, [days, isAtTop]);
  return seen && !isAtTop ? newAbove(seen, days, day) : 0;
}
