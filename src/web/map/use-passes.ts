import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Box } from '../../shared/tracks.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf } from '../api.ts';

const pageSize = 100;

export interface PassesWanted {
  box: Box;
  cameraId?: number;
  from?: number;
  /** The last instant. */
  to?: number;
}

/** Every time a car passed a box, newest first, more of them as they are asked for. */
export function usePasses({ box, cameraId, from, to }: PassesWanted) {
  const filter = { ...box, limit: pageSize, ...(cameraId && { cameraId }), ...(from && { from }) };
  const query = useInfiniteQuery({
    queryKey: keyOf(routes.findPasses, { ...filter, to }),
    queryFn: ({ pageParam, signal }) =>
      call(
        routes.findPasses,
        { query: { ...filter, ...(pageParam !== null && { before: pageParam }) } },
        { signal },
      ),
    initialPageParam: to === undefined ? null : to + 1,
    getNextPageParam: (last) => last.nextBefore,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { ...query, more };
}
