import type { Span } from './journey-types.ts';

/** A row that is there. */
export interface KnownSpan extends Span {
  id: number;
}

/** For each new span the id of the old one that it shares most time with, each id once; null where there is none. */
export function matchByOverlap(old: readonly KnownSpan[], spans: readonly Span[]): (number | null)[] {
  const pairs = spans.flatMap((span, index) =>
    old.map((known) => ({
      index,
      id: known.id,
      sharedMs: Math.min(span.to, known.to) - Math.max(span.from, known.from),
    })),
  );
  const ids: (number | null)[] = spans.map(() => null);
  const taken = new Set<number>();
  const best = pairs
    .filter(({ sharedMs }) => sharedMs >= 0)
    .toSorted((a, b) => b.sharedMs - a.sharedMs || a.id - b.id || a.index - b.index);
  for (const { index, id } of best) {
    if (ids[index] !== null || taken.has(id)) continue;
    ids[index] = id;
    taken.add(id);
  }
  return ids;
}
