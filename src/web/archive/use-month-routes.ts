import { useQueries } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { DayRoutes } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf } from '../api.ts';
import { mapOfDays, monthsOf, queryOfMonth } from './month-routes-plan.ts';

export type RoutesOfDay = DayRoutes['journeys'];

interface MonthRoutes {
  /** By day; a day without journeys is not in it. */
  byDay: ReadonlyMap<string, RoutesOfDay>;
  /** The first answer is still on its way, so that rows do not have their height yet. */
  isFirstPending: boolean;
  /** Says which days are in view. */
  show: (days: readonly string[]) => void;
}

/** The journeys of the months in view, a request each. */
export function useMonthRoutes(firstDays: readonly string[]): MonthRoutes {
  const [inView, setInView] = useState<readonly string[] | null>(null);
  const months = inView ?? monthsOf(firstDays.slice(0, 14));
  const queries = useQueries({
    queries: months.map((month) => {
      const input = queryOfMonth(month);
      return {
        queryKey: keyOf(routes.listDayRoutes, input),
        queryFn: ({ signal }: { signal: AbortSignal }) => call(routes.listDayRoutes, input, { signal }),
      };
    }),
  });
  const show = useCallback((days: readonly string[]) => {
    const next = monthsOf(days);
    setInView((before) => (before?.join() === next.join() ? before : next));
  }, []);
  return {
    byDay: mapOfDays(queries.flatMap(({ data }) => data?.days ?? [])),
    isFirstPending: inView === null && queries.some(({ isPending }) => isPending),
    show,
  };
}
