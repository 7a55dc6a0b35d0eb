import { keepPreviousData, queryOptions, useQueries, useQuery, type QueryKey } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ArchiveFilterFields } from '../../shared/archive-filter.ts';
import type { Calendar, CalendarDay } from '../../shared/find.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf, type ApiError } from '../api.ts';

/** By year, so that an event can name the one whose answer it makes old (live-plan.ts). */
const keyOfYear = (year: number | 'newest', fields: ArchiveFilterFields): QueryKey =>
  keyOf(routes.getCalendar, { year, fields });

/** A year with all of its days: under a filter the server may look into them in parts. */
async function readYear(
  year: number | 'newest',
  fields: ArchiveFilterFields,
  signal: AbortSignal,
): Promise<Calendar> {
  const ask = (more: { year?: number; before?: string }) =>
    call(routes.getCalendar, { query: { ...fields, ...more } }, { signal });
  const first = await ask(year === 'newest' ? {} : { year });
  const days = [...first.days];
  let before = first.nextBefore;
  while (before !== null && first.year !== null) {
    // oxlint-disable-next-line no-await-in-loop -- each part begins where the one before ended
    const next = await ask({ year: first.year, before });
    days.push(...next.days);
    before = next.nextBefore;
  }
  return { ...first, days };
}

const yearQuery = (year: number | 'newest', fields: ArchiveFilterFields) =>
  queryOptions<Calendar, ApiError>({
    queryKey: keyOfYear(year, fields),
    queryFn: ({ signal }) => readYear(year, fields, signal),
  });

export interface CalendarYears {
  /** That have recordings, the newest first. */
  years: readonly number[];
  /** Of the years that are read so far. */
  daysOf: ReadonlyMap<number, readonly CalendarDay[]>;
}

const noYears: CalendarYears = { years: [], daysOf: new Map() };

/** The newest year and others that are wanted, with what of them passes a filter. The query is that of the newest. */
export function useCalendar(fields: ArchiveFilterFields, wanted: readonly number[]) {
  const newest = useQuery({ ...yearQuery('newest', fields), placeholderData: keepPreviousData });
  const others = wanted.filter((year) => year !== newest.data?.year);
  const read = useQueries({
    queries: others.map((year) => yearQuery(year, fields)),
    combine: (results) => results.map(({ data }) => data),
  });
  const calendar = useMemo((): CalendarYears => {
    if (!newest.data) return noYears;
    const all = [newest.data, ...read.filter((of) => of !== undefined)];
    return {
      years: newest.data.years,
      daysOf: new Map(all.flatMap(({ year, days }) => (year === null ? [] : [[year, days] as const]))),
    };
  }, [newest.data, read]);
  return { query: newest, ...calendar };
}
