import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { QueueItem } from '../../shared/queue.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf } from '../api.ts';

const skippedPage = 50;
const visitsPage = 8;

/** The clips that are left on the card, more of them as they are asked for. */
export function useSkipped() {
  const query = useInfiniteQuery({
    queryKey: keyOf(routes.getQueue, 'skipped'),
    queryFn: ({ pageParam, signal }) =>
      call(
        routes.getQueue,
        { query: { state: 'skipped', limit: skippedPage, offset: pageParam } },
        { signal },
      ),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const shown = pages.length * skippedPage;
      return shown < last.total ? shown : null;
    },
  });
  const items: QueueItem[] = query.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...query, items, total: query.data?.pages[0]?.total ?? 0, more: useMore(query) };
}

/** What became of the clips of each day, newest first, a month at a time. */
export function useCoverage() {
  const query = useInfiniteQuery({
    queryKey: keyOf(routes.listCoverage, 'all'),
    queryFn: ({ pageParam, signal }) =>
      call(
        routes.listCoverage,
        { query: { limit: 31, ...(pageParam && { before: pageParam }) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextBefore,
  });
  return { ...query, more: useMore(query) };
}

/** The visits of a camera, newest first. */
export function useVisits(cameraId: number) {
  const query = useInfiniteQuery({
    queryKey: keyOf(routes.listVisits, { cameraId }),
    queryFn: ({ pageParam, signal }) =>
      call(
        routes.listVisits,
        { query: { cameraId, limit: visitsPage, ...(pageParam > 0 && { before: pageParam }) } },
        { signal },
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => last.nextBefore,
  });
  return { ...query, more: useMore(query) };
}

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

function useMore({ hasNextPage, isFetchingNextPage, fetchNextPage }: Paged): () => void {
  return useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
}
