/** What came in above what is read. Pure. */
import type { CalendarDay } from '../../shared/find.ts';

/** Recordings of each day as the reader last saw them at the top. */
export type SeenDays = ReadonlyMap<string, number>;

export const seenOf = (days: readonly CalendarDay[]): SeenDays =>
  new Map(days.map(({ day, captures }) => [day, captures]));

/** How many recordings of days that are later than the one that is read the reader has not seen yet. */
export function newAbove(seen: SeenDays, days: readonly CalendarDay[], read: string | null): number {
  if (read === null) return 0;
  return days
    .filter(({ day }) => day > read)
    .reduce((sum, { day, captures }) => sum + Math.max(0, captures - (seen.get(day) ?? 0)), 0);
}
