import { useInfiniteQuery, type InfiniteData } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { logIdAt, type LogLine, type LogPage } from '../../shared/log.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf, type ApiError } from '../api.ts';
import { useLive } from '../live-context.tsx';
import {
  allLines,
  areasOf,
  isBeginning,
  nothingFresh,
  released,
  unread,
  withNews,
  type Fresh,
} from './log-lines-plan.ts';
import { filterOf, type LogSearch } from './log-search.ts';

const pageLines = 200;
/** A search for what is seldom goes on by itself over so many pages without a line. */
const emptyPagesAtOnce = 12;

/** The lines of the log under these filters, older ones as they are asked for, new ones as they are written. */
export function useLog(search: LogSearch, follows: boolean) {
  const filter = useMemo(() => filterOf(search), [search]);
  const query = useLogQuery(search);
  const { data, fetchNextPage, refetch } = query;
  const live = useLive();
  const [fresh, setFresh] = useState<Fresh>(nothingFresh);
  const [of, setOf] = useState(filter);
  if (of !== filter) {
    setOf(filter);
    setFresh(nothingFresh);
  }
  const now = useRef({ filter, follows });
  useEffect(() => {
    now.current = { filter, follows };
  });
  const isTail = search.until === undefined;
  useEffect(() => {
    if (!isTail) return;
    return live.tailLog((news) => {
      // Lines that were written while nobody listened are read.
      if (isBeginning(news)) void refetch();
      else setFresh((before) => withNews(before, news, now.current));
    });
  }, [live, isTail, refetch]);
  const read = useMemo(() => (data?.pages ?? []).flatMap((page) => page.lines), [data]);
  const lines = useMemo(() => allLines(fresh, read), [fresh, read]);
  const areas = useMemo(() => areasOf(data?.pages ?? [], fresh.shown), [data, fresh.shown]);
  useSearchFurther(query, read);
  const release = useCallback(() => setFresh(released), []);
  const catchUp = useCallback(() => {
    setFresh((before) => ({ ...nothingFresh, waiting: before.waiting }));
    void refetch();
  }, [refetch]);
  return {
    query,
    lines,
    waiting: unread(fresh, read).length,
    dropped: fresh.dropped,
    areas,
    file: data?.pages[0]?.file ?? 'written',
    release,
    catchUp,
    loadOlder: () => void fetchNextPage(),
  };
}

function useLogQuery(search: LogSearch) {
  const filter = filterOf(search);
  const start = search.until === undefined ? undefined : logIdAt(search.until) + 1000;
  return useInfiniteQuery<LogPage, ApiError, InfiniteData<LogPage>, readonly unknown[], number | undefined>({
    queryKey: [...keyOf(routes.getLog), filter, start ?? null],
    queryFn: ({ pageParam: before, signal }) =>
      call(
        routes.getLog,
        { query: { ...filter, limit: pageLines, ...(before !== undefined && { before }) } },
        { signal },
      ),
    initialPageParam: start,
    getNextPageParam: ({ next }) => next,
    // What is older does not change; what is newer comes by itself.
    staleTime: Infinity,
    refetchOnMount: 'always',
    placeholderData: (previous) => previous,
  });
}

/** Pages in which nothing fits are passed over without a word. */
function useSearchFurther(query: ReturnType<typeof useLogQuery>, read: readonly LogLine[]): void {
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const pages = data?.pages ?? [];
  const emptyAtEnd = pages.length - 1 - pages.findLastIndex((page) => page.lines.length > 0);
  // Told by how many there are, so that each page that comes is looked at.
  const wants = read.length < pageLines / 4 && emptyAtEnd < emptyPagesAtOnce ? pages.length : 0;
  useEffect(() => {
    if (wants > 0 && hasNextPage && !isFetching) void fetchNextPage();
  }, [wants, hasNextPage, isFetching, fetchNextPage]);
}
