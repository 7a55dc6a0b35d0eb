/** The queue, read page by page. */
export const queuePageSize = 100;

/** Offsets of the pages that hold the rows from `first` to `last`. */
export function pagesFor(first: number, last: number, total: number): number[] {
  if (total === 0) return [];
  const from = Math.floor(Math.max(0, first) / queuePageSize);
  const to = Math.floor(Math.min(last, total - 1) / queuePageSize);
  return Array.from({ length: Math.max(0, to - from) + 1 }, (_, index) => (from + index) * queuePageSize);
}

/** What `getQueue` is asked for a page of the clips that are fetched in turn. */
export function queuePage(offset: number) {
  return { query: { state: 'waiting', offset, limit: queuePageSize } } as const;
}
