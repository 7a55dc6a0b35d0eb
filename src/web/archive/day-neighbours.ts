import type { Day } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { addDays } from '../format.ts';

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

const windowDays = 32;

/** The nearest days with recordings. Days are listed backwards only, so a list that begins a month later holds both. */
export function useNearestDays(day: string): { earlier: string | null; later: string | null } {
  const around = useRoute(routes.listDays, {
    query: { before: addDays(day, windowDays), limit: 2 * windowDays },
  });
  return nearestDays(around.data?.days ?? [], day);
}
