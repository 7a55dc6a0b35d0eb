import { useSyncExternalStore } from 'react';
import type { Reading } from './reading.ts';

/** The year of the day that is read; null while there is none. */
export function useYearOf(reading: Reading): number | null {
  return useSyncExternalStore(reading.subscribe, () => {
    const { day } = reading.get();
    return day === null ? null : Number(day.slice(0, 4));
  });
}
