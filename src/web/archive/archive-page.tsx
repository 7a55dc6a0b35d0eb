import { useInfiniteQuery } from '@tanstack/react-query';
import { IconMovie } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import type { Day } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf } from '../api.ts';
import { formatMonth } from '../format.ts';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import classes from './archive-page.module.css';
import { DayRow } from './day-row.tsx';
import { GoToDate } from './go-to-date.tsx';
import { useMonthRoutes, type RoutesOfDay } from './use-month-routes.ts';

const pageSize = 120;
/** Journeys are asked for ahead of the reader. */
const rowsAround = 12;

type Row = { key: string; month: string } | { key: string; day: Day };

/** Every day that has recordings, newest first. */
export function ArchivePage() {
  const days = useDays();
  return (
    <>
      <div className={classes.bar}>
        <GoToDate />
      </div>
      <QueryView query={days} what="The archive" skeleton={<DaysSkeleton />}>
        {(data) => {
          const all = data.pages.flatMap((page) => page.days);
          return all.length === 0 ? <NoDays /> : <DaysWithRoutes days={all} onEnd={days.more} />;
        }}
      </QueryView>
    </>
  );
}

function DaysSkeleton() {
  return (
    <div className={classes.skeleton}>
      <SkeletonRows count={9} form="card" />
    </div>
  );
}

function useDays() {
  const query = useInfiniteQuery({
    queryKey: keyOf(routes.listDays, 'all'),
    queryFn: ({ pageParam, signal }) =>
      call(
        routes.listDays,
        { query: { limit: pageSize, ...(pageParam && { before: pageParam }) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextBefore,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { ...query, more };
}

interface DayListProps {
  days: readonly Day[];
  onEnd: () => void;
}

/** Waits for the journeys of the first days, for they make their rows higher. */
function DaysWithRoutes({ days, onEnd }: DayListProps) {
  const routesOf = useMonthRoutes(useMemo(() => days.map(({ day }) => day), [days]));
  if (routesOf.isFirstPending) return <DaysSkeleton />;
  return <DayList days={days} onEnd={onEnd} byDay={routesOf.byDay} onShow={routesOf.show} />;
}

interface ListProps extends DayListProps {
  byDay: ReadonlyMap<string, RoutesOfDay>;
  onShow: (days: readonly string[]) => void;
}

function DayList({ days, onEnd, byDay, onShow }: ListProps) {
  const rows = useMemo(() => withMonths(days), [days]);
  const onRange = useCallback(
    (first: number, last: number) => {
      if (last > rows.length - 20) onEnd();
      const around = rows.slice(Math.max(0, first - rowsAround), last + rowsAround);
      onShow(around.flatMap((row) => ('day' in row ? [row.day.day] : [])));
    },
    [rows, onEnd, onShow],
  );
  return (
    <VirtualList
      count={rows.length}
      label="Days, newest first"
      estimateSize={(index) => sizeOf(rows[index], byDay)}
      keyOf={(index) => rows[index]?.key ?? index}
      onRange={onRange}
      renderRow={(index) => {
        const row = rows[index];
        if (!row) return null;
        return 'day' in row ? (
          <DayRow day={row.day} journeys={byDay.get(row.day.day)} />
        ) : (
          <h2 className={classes.month}>{row.month}</h2>
        );
      }}
    />
  );
}

function sizeOf(row: Row | undefined, byDay: ListProps['byDay']): number {
  if (!row || 'month' in row) return 52;
  return byDay.has(row.day.day) ? 186 : 72;
}

function withMonths(days: readonly Day[]): Row[] {
  return days.flatMap((day, index): Row[] => {
    const month = day.day.slice(0, 7);
    const isNew = days[index - 1]?.day.slice(0, 7) !== month;
    const row = { key: day.day, day };
    return isNew ? [{ key: month, month: formatMonth(day.day) }, row] : [row];
  });
}

function NoDays() {
  return (
    <EmptyState icon={<IconMovie size={28} stroke={1.6} />} title="No recordings yet">
      Days appear here as soon as a camera’s card has been read, and their clips as they come in.
    </EmptyState>
  );
}
