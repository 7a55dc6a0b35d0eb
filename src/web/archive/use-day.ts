import { useMemo } from 'react';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { addDays } from '../format.ts';
import { dayCaptures } from './day-captures.ts';

/**
 * A day with its journeys, read once: the captures are in them. Only where journeys cannot be read are the recordings
 * asked for by themselves: then `alone` is what to show.
 */
export function useDay(day: string) {
  const journeys = useRoute(routes.getDayJourneys, { params: { day } });
  const hasFailed = journeys.isError && !journeys.data;
  const alone = useRoute(routes.getDay, { params: { day } }, { enabled: hasFailed });
  const days = useRoute(routes.listDays, { query: { before: addDays(day, 1), limit: 1 } }).data?.days;
  const known = journeys.data;
  const captures = useMemo(() => (known ? dayCaptures(known) : alone.data?.captures), [known, alone.data]);
  return {
    journeys,
    alone: hasFailed ? alone : null,
    captures,
    summary: days?.find((each) => each.day === day),
    isNone: captures?.length === 0 || (hasFailed && alone.error?.code === 'not_found'),
  };
}
