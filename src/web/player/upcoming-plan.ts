/** What a lane shows after what it shows now. Pure. */
import type { Lane, Playback, Segment } from './player-types.ts';
import { nextWithFile, playedBetween, segmentAt, type Span } from './segment-plan.ts';

type Clock = Pick<Playback, 'at' | 'rate' | 'loop' | 'skipsGaps'>;
type Segments = Pick<Lane, 'segments'>;

export interface Upcoming {
  segment: Segment;
  /** Milliseconds until the clock is there, at its rate. */
  inMs: number;
}

/** The next segment with a file of a lane; null when there is none. */
export function upcoming(lane: Segments, clock: Clock, covered: readonly Span[]): Upcoming | null {
  const { at, rate, loop, skipsGaps } = clock;
  const until = (to: number) => (skipsGaps ? playedBetween(covered, at, to) : to - at) / rate;
  const now = segmentAt(lane, at);
  const next = nextWithFile(lane, now ? now.to : at);
  if (loop && at < loop.to && (next?.from ?? Infinity) >= loop.to) {
    const again = beginning(lane, loop);
    return again && again.clip.id !== now?.clip.id ? { segment: again, inMs: until(loop.to) } : null;
  }
  return next && { segment: next, inMs: until(next.from) };
}

/** What a lane shows first of a range, from where it is shown on. */
function beginning(lane: Segments, { from, to }: { from: number; to: number }): Segment | null {
  const now = segmentAt(lane, from);
  const segment = now?.hasFile ? now : nextWithFile(lane, from);
  if (!segment || segment.from >= to) return null;
  const begin = Math.max(segment.from, from);
  return { ...segment, from: begin, offsetMs: segment.offsetMs + (begin - segment.from) / segment.stretch };
}
