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

const pageSize = 120;

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
          return all.length === 0 ? <NoDays /> : <DayList days={all} onEnd={days.more} />;
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

function DayList({ days, onEnd }: { days: readonly Day[]; onEnd: () => void }) {
  const rows = useMemo(() => withMonths(days), [days]);
  const onRange = useCallback(
    (_: number, last: number) => {
      if (last > rows.length - 20) onEnd();
    },
    [rows.length, onEnd],
  );
  return (
    <VirtualList
      count={rows.length}
      label="Days, newest first"
      estimateSize={(index) => ('month' in (rows[index] ?? {}) ? 52 : 72)}
      keyOf={(index) => rows[index]?.key ?? index}
      onRange={onRange}
      renderRow={(index) => {
        const row = rows[index];
        if (!row) return null;
        return 'day' in row ? <DayRow day={row.day} /> : <h2 className={classes.month}>{row.month}</h2>;
      }}
    />
  );
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
