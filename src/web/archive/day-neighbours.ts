import type { Day } from '../../shared/clips.ts';

/** The nearest days with recordings before and after a day, in a list of days in any order. */
export function nearestDays(
  days: readonly Pick<Day, 'day'>[],
  day: string,
): { earlier: string | null; later: string | null } {
  const sorted = days.map((each) => each.day).toSorted();
  return {
    earlier: sorted.findLast((each) => each < day) ?? null,
    later: sorted.find((each) => each > day) ?? null,
  };
}
