import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { QueueItem } from '../../shared/queue.ts';
import type { RouteResponse } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf, useRoute } from '../api.ts';
import { queueGroups, type QueueGroup } from './queue-groups.ts';
import { pagesFor, queuePage, queuePageSize } from './queue-pages.ts';

const maxListed = 500;

export interface QueueWindow {
  itemAt: (index: number) => QueueItem | undefined;
  /** The group that begins at a row, as far as the rows around it are known. */
  groupAt: (index: number) => QueueGroup | undefined;
  /** Told which rows are on the screen. */
  show: (first: number, last: number) => void;
  /** Reads all rows from one to another, on the screen or not. */
  load: (first: number, last: number) => Promise<QueueItem[]>;
}

/** The clips that are fetched in turn, read page by page as they come into view. */
export function useQueueWindow(count: number): QueueWindow {
  const client = useQueryClient();
  const [range, setRange] = useState({ first: 0, last: 30 });
  const offsets = pagesFor(range.first - 10, range.last + 10, count);
  const pages = useQueries({ queries: offsets.map(pageQuery), combine: itemsOfPages });
  const first = offsets[0] ?? 0;
  const groups = useMemo(
    () => new Map(queueGroups(rowsOf(pages), first).map((group) => [group.index, group])),
    [pages, first],
  );
  const show = useCallback(
    (top: number, bottom: number) =>
      setRange((now) => (now.first === top && now.last === bottom ? now : { first: top, last: bottom })),
    [],
  );
  const load = useCallback(
    async (from: number, to: number) => {
      const wanted = pagesFor(from, to, count);
      const read = await Promise.all(
        wanted.map((offset) => client.fetchQuery({ ...pageQuery(offset), staleTime: 5_000 })),
      );
      const items = read.flatMap((page) => page.items);
      return items.slice(from - (wanted[0] ?? 0), to - (wanted[0] ?? 0) + 1);
    },
    [client, count],
  );
  return {
    itemAt: (index) => pages[Math.floor((index - first) / queuePageSize)]?.[(index - first) % queuePageSize],
    groupAt: (index) => groups.get(index),
    show,
    load,
  };
}

type PageResult = { data: RouteResponse<typeof routes.getQueue> | undefined };

/** The items of each page; undefined for one that is still to come. */
function itemsOfPages(results: readonly PageResult[]): (readonly QueueItem[] | undefined)[] {
  return results.map((result) => result.data?.items);
}

/** The rows of pages that follow one another, unknown ones too. */
function rowsOf(pages: readonly (readonly QueueItem[] | undefined)[]): (QueueItem | undefined)[] {
  return pages.flatMap((items) => Array.from({ length: queuePageSize }, (_, index) => items?.[index]));
}

function pageQuery(offset: number) {
  const input = queuePage(offset);
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
