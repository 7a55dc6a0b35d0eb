/** How the clock of the player goes on. Pure. */
import { seamMs } from './footage-plan.ts';
import type { Footage, Playback, Segment } from './player-types.ts';
import { indexFrom, instantAt, mediaMsAt, nextCovered, segmentAt, type Span } from './segment-plan.ts';

export const rates = [0.25, 0.5, 1, 2, 4, 8, 16] as const;

/** The next faster or slower of the usual rates. */
export function rateBeside(rate: number, step: -1 | 1): number {
  const others = rates.filter((each) => (step > 0 ? each > rate : each < rate));
  return (step > 0 ? others[0] : others.at(-1)) ?? rate;
}

export interface Advance {
  playback: Pick<Playback, 'at' | 'loop' | 'rate' | 'skipsGaps'>;
  footage: Pick<Footage, 'from' | 'to'>;
  covered: readonly Span[];
  elapsedMs: number;
  /** What the large lane's video shows; null while it does not play. */
  masterAt: number | null;
}

/** A video that is further away than this has not followed a jump yet. */
const followsMs = 400;

/** Where the clock is after some time has passed, and whether it has come to the end. */
export function advance({ playback, footage, covered, elapsedMs, masterAt }: Advance): {
  at: number;
  isOver: boolean;
} {
  const { at, loop, rate, skipsGaps } = playback;
  const isFollowed = masterAt !== null && Math.abs(masterAt - at) < followsMs * Math.max(1, rate);
  const gone = isFollowed ? Math.max(at, masterAt) : at + elapsedMs * rate;
  if (loop && gone >= loop.to) return { at: loop.from, isOver: false };
  const moved = beyondGap(gone, covered, skipsGaps);
  if (loop && moved >= loop.to) return { at: loop.from, isOver: false };
  const end = endOf(footage, covered, skipsGaps);
  return moved >= end ? { at: end, isOver: true } : { at: moved, isOver: false };
}

/** The last instant that is played: its picture stays. */
export function endOf(
  { from, to }: Pick<Footage, 'from' | 'to'>,
  covered: readonly Span[],
  skipsGaps: boolean,
): number {
  const last = skipsGaps ? (covered.at(-1)?.to ?? to) : to;
  return Math.max(from, Math.min(last, to) - 1);
}

/** Seams between recordings are no gaps: nobody waits for what nobody recorded. */
function beyondGap(at: number, covered: readonly Span[], skipsGaps: boolean): number {
  const next = nextCovered(covered, at);
  if (next === at) return at;
  if (next === null) return skipsGaps ? Infinity : at;
  const before = covered.findLast(({ to }) => to <= at)?.to ?? -Infinity;
  return skipsGaps || next - before <= seamMs ? next : at;
}

/** An instant within what is played. */
export function within({ from, to }: Pick<Footage, 'from' | 'to'>, at: number): number {
  return Math.min(Math.max(at, from), to);
}

/** A range of what is played; null where nothing is left of it. */
export function rangeWithin(
  footage: Pick<Footage, 'from' | 'to'>,
  range: Playback['loop'],
): Playback['loop'] {
  if (!range) return null;
  const cut = { from: within(footage, range.from), to: within(footage, range.to) };
  return cut.to > cut.from ? cut : null;
}

const usualFps = 30;

/** The instant of the picture before or after that of an instant, in the middle of its time on the screen. */
export function frameBeside(segments: readonly Segment[], at: number, step: -1 | 1): number {
  const segment = segmentAt({ segments }, at);
  if (!segment) return at + (step * 1000) / usualFps;
  const frameMs = 1000 / (segment.clip.media?.fps ?? usualFps);
  const frame = Math.floor(mediaMsAt(segment, at) / frameMs + 0.01);
  const target = instantAt(segment, (frame + step + 0.5) * frameMs);
  if (target < segment.from) return segmentBefore(segments, segment)?.to ?? segment.from;
  return target < segment.to ? target : segment.to;
}

function segmentBefore(segments: readonly Segment[], { from }: Segment): { to: number } | null {
  const before = segments[indexFrom(segments, from) - 1];
  if (!before) return null;
  const frameMs = (1000 / (before.clip.media?.fps ?? usualFps)) * before.stretch;
  return { to: before.to - frameMs / 2 };
}
