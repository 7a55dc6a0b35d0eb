import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ArchiveFilterFields } from '../../shared/archive-filter.ts';
import type { DayShort } from '../../shared/find.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf, type ApiError } from '../api.ts';
import { DayShortLoader } from './day-short-loader.ts';

const loader = new DayShortLoader({
  ask: async (days, fields, signal) =>
    (await call(routes.listDayShorts, { query: { days: days.join(','), ...fields } }, { signal })).days,
});

/** A row that flies by under a scrolling thumb asks for nothing. */
const restMs = 90;
/** Long enough to scroll back; a long way through the archive keeps no more than this. */
const keptMs = 60_000;

/** A day in short, asked for once its row has stayed for a moment; null when nothing of it passes the filter. */
export function useDayShort(day: string, fields: ArchiveFilterFields) {
  const rests = useRest();
  return useQuery<DayShort | null, ApiError>({
    queryKey: keyOf(routes.listDayShorts, { day, fields }),
    queryFn: ({ signal }) => loader.load(day, fields, signal),
    enabled: rests,
    gcTime: keptMs,
  });
}

function useRest(): boolean {
  const [rests, setRests] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setRests(true), restMs);
    return () => clearTimeout(timer);
  }, []);
  return rests;
}
