/** Where in a file an instant is, and which segment shows it. Pure. */
import type { Footage, Lane, Segment } from './player-types.ts';

type Mapping = Pick<Segment, 'from' | 'offsetMs' | 'stretch'>;

/** Milliseconds into the clip's file that show an instant. */
export function mediaMsAt({ from, offsetMs, stretch }: Mapping, at: number): number {
  return offsetMs + (at - from) / stretch;
}

/** The instant that a place in the clip's file shows. */
export function instantAt({ from, offsetMs, stretch }: Mapping, mediaMs: number): number {
  return from + (mediaMs - offsetMs) * stretch;
}

/** Which segment of a lane is the first that ends after an instant; the count of all when none does. */
export function indexFrom(segments: Lane['segments'], at: number): number {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.to ?? Infinity) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The segment of a lane at an instant, with or without a file; null where nothing was recorded. */
export function segmentAt({ segments }: Pick<Lane, 'segments'>, at: number): Segment | null {
  const segment = segments[indexFrom(segments, at)];
  return segment && segment.from <= at ? segment : null;
}

/** The first segment with a file that begins at an instant or after it; null when there is none. */
export function nextWithFile({ segments }: Pick<Lane, 'segments'>, at: number): Segment | null {
  for (let index = indexFrom(segments, at); index < segments.length; index += 1) {
    const segment = segments[index];
    if (segment?.hasFile && segment.from >= at) return segment;
  }
  return null;
}

/** A stretch of time in which at least one lane has something to show. */
export interface Span {
  from: number;
  to: number;
}

/** Where there is something to show, in the order of time, apart from each other. */
export function coveredSpans({ lanes }: Pick<Footage, 'lanes'>): Span[] {
  const all = lanes
    .flatMap(({ segments }) => segments.filter(({ hasFile }) => hasFile))
    .map(({ from, to }) => ({ from, to }))
    .toSorted((one, other) => one.from - other.from);
  const spans: Span[] = [];
  for (const { from, to } of all) {
    const last = spans.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else spans.push({ from, to });
  }
  return spans;
}

/** The first instant, from one on, at which there is something to show; null when nothing follows. */
export function nextCovered(spans: readonly Span[], at: number): number | null {
  for (const { from, to } of spans) if (at < to) return Math.max(from, at);
  return null;
}

/** How much is played from one instant to another: without what is jumped over. */
export function playedBetween(spans: readonly Span[], from: number, to: number): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(span.to, to) - Math.max(span.from, from)), 0);
}
