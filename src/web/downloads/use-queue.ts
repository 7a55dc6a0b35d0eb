import { useQueries } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { QueueItem } from '../../shared/queue.ts';
import type { RouteResponse } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf, useRoute } from '../api.ts';
import { pagesFor, queuePageSize } from './downloads-words.ts';

const maxListed = 500;

/** The clips that are fetched in turn, read page by page as they come into view. */
export function useQueueWindow(count: number): {
  itemAt: (index: number) => QueueItem | undefined;
  show: (first: number, last: number) => void;
} {
  const [range, setRange] = useState({ first: 0, last: 30 });
  const offsets = pagesFor(range.first - 10, range.last + 10, count);
  const pages = useQueries({ queries: offsets.map(pageQuery) });
  const itemAt = (index: number) => {
    const page = pages[offsets.indexOf(Math.floor(index / queuePageSize) * queuePageSize)];
    return page?.data?.items[index % queuePageSize];
  };
  const show = useCallback(
    (first: number, last: number) =>
      setRange((now) => (now.first === first && now.last === last ? now : { first, last })),
    [],
  );
  return { itemAt, show };
}

function pageQuery(offset: number) {
  const input = { query: { offset, limit: queuePageSize } };
  return {
    queryKey: keyOf(routes.getQueue, input),
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<RouteResponse<typeof routes.getQueue>> =>
      call(routes.getQueue, input, { signal }),
  };
}

/** The clips wanted that are in one state, the first 500 of them. */
export function useQueueInState(state: 'held' | 'failed', count: number): readonly QueueItem[] {
  const query = { state, limit: maxListed };
  const clips = useRoute(routes.getQueue, { query }, { enabled: count > 0, keepPrevious: true });
  return count > 0 ? (clips.data?.items ?? []) : [];
}
