import { useQueries } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { QueueItem, SyncSummary } from '../../shared/queue.ts';
import type { RouteResponse } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf, useRoute } from '../api.ts';
import { pagesFor, queuePageSize } from './downloads-words.ts';

const maxTail = 500;

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

/** The held and failed clips, which stand behind those that wait. */
export function useQueueTail(sync: SyncSummary, total: number | undefined) {
  const count = Math.min(maxTail, sync.held + sync.failed);
  const offset = Math.max(0, (total ?? 0) - count);
  const tail = useRoute(
    routes.getQueue,
    { query: { offset, limit: Math.max(1, count) } },
    { enabled: count > 0 && total !== undefined, keepPrevious: true },
  );
  const items = count > 0 ? (tail.data?.items ?? []) : [];
  return {
    failed: items.filter((item) => item.state === 'failed'),
    held: items.filter((item) => item.state === 'held'),
  };
}
