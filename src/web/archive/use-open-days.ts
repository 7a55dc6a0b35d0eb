import { useQueries, useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ArchiveFilterFields } from '../../shared/archive-filter.ts';
import type { Capture } from '../../shared/clips.ts';
import type { DayItem, DayJourneys } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf, type ApiError } from '../api.ts';
import type { OpenDay } from './archive-rows-plan.ts';
import { dayCaptures } from './day-captures.ts';
import { dayRows } from './day-rows-plan.ts';

/** A day that is open in the list, as far as it is read. */
export type OpenDayView = OpenDay & {
  captures: readonly Capture[];
  items: readonly DayItem[];
  error: ApiError | null;
  retry: () => void;
};

/** So many days that nobody looks at any more are kept, for the way back. */
const mostKept = 4;

const inputOf = (day: string, fields: ArchiveFilterFields) => ({
  params: { day },
  ...(Object.keys(fields).length > 0 && { query: fields }),
});

/** What is in the days that are open, once there is what draws them; rows of a journey, stop or stretch can be folded. */
export function useOpenDays(days: readonly string[], fields: ArchiveFilterFields, canBeDrawn: boolean) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const read = useQueries({
    queries: days.map((day) => ({
      queryKey: keyOf(routes.getDayJourneys, inputOf(day, fields)),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call(routes.getDayJourneys, inputOf(day, fields), { signal }),
    })),
    combine: (results) =>
      results.map(({ data, isError, error, refetch }) => ({ data, isError, error, refetch })),
  });
  const open = useMemo(
    () =>
      new Map(
        days.map((day, index): [string, OpenDayView] => {
          const { data, isError = false, error = null, refetch } = read[index] ?? {};
          const retry = () => void refetch?.();
          return [
            day,
            {
              ...viewOf(canBeDrawn ? data : undefined, isError, folded),
              error: error as ApiError | null,
              retry,
            },
          ];
        }),
      ),
    [days, read, folded, canBeDrawn],
  );
  useFewKept(days);
  const fold = useCallback(
    (key: string) =>
      setFolded(
        (before) => new Set(before.has(key) ? [...before].filter((each) => each !== key) : [...before, key]),
      ),
    [],
  );
  return { open, fold };
}

function viewOf(data: DayJourneys | undefined, isError: boolean, folded: ReadonlySet<string>) {
  if (!data) return { state: isError ? ('error' as const) : ('wait' as const), captures: [], items: [] };
  const captures = dayCaptures(data);
  return {
    state: 'ready' as const,
    rows: dayRows(captures, data.items, folded),
    hasPlaces: data.items.some((item) => item.kind !== 'unplaced'),
    captures,
    items: data.items,
  };
}

/** A long way through the archive does not keep every day that was open on it. */
export function useFewKept(shown: readonly string[]): void {
  const client = useQueryClient();
  useEffect(() => dropOldDays(client, shown), [client, shown]);
}

/** `shown` is read by somebody, or will be in a moment. */
function dropOldDays(client: QueryClient, shown: readonly string[]): void {
  for (const route of [routes.getDayJourneys, routes.getDayMap]) {
    const unused = client
      .getQueryCache()
      .findAll({ queryKey: keyOf(route), type: 'inactive' })
      .filter(({ queryKey }) => !shown.includes(dayOfKey(queryKey)))
      .toSorted((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt);
    for (const query of unused.slice(mostKept)) client.getQueryCache().remove(query);
  }
}

function dayOfKey([, input]: QueryKey): string {
  const { params } = (input ?? {}) as { params?: { day?: string } };
  return params?.day ?? '';
}
