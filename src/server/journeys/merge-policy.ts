import { channels } from '../../shared/clips.ts';
import type { CarFix, LensTrack, Span } from './journey-types.ts';

/** A fix so far into its clip is a mistake. */
export const maxClipMs = 3 * 60 * 60_000;
/** Of fixes that are closer than this, one is enough. */
const thinMs = 500;
/** A track says nothing of a pause longer than this, or than a few of its own steps. */
const coverGapMs = 15_000;
const coverSteps = 3;

/**
 * One line out of the tracks of all cameras and lenses of a car, in the order of time: one lens at a time, for two
 * receivers are never of one opinion. What was read from a file goes before what was read off the camera, the first
 * camera before the second, the front before the others; another fills in where the better one has nothing. Whether a
 * fix is in the line depends on the tracks of its own time alone.
 */
export function mergeTracks(tracks: readonly LensTrack[]): CarFix[] {
  const merged: CarFix[] = [];
  let covered: Span[] = [];
  const lenses = byLens(tracks);
  for (const lens of lenses) {
    const spans: Span[] = [];
    addLens(merged, lens, { covered, spans });
    if (lenses.length > 1) covered = union([...covered, ...spans]);
  }
  return thin(lenses.length > 1 ? merged.toSorted((a, b) => a.at - b.at) : merged, thinMs);
}

/** Adds what a lens tells where nothing better does, and to `spans` where it tells something. */
function addLens(
  merged: CarFix[],
  lens: readonly LensTrack[],
  { covered, spans }: { covered: readonly Span[]; spans: Span[] },
): void {
  let last = -Infinity;
  let index = 0;
  for (const track of lens) {
    if (isCovered(track, covered)) continue;
    const fixes = inOrder(track);
    spans.push(...coverOf(fixes));
    for (const fix of fixes) {
      // Clips of one lens overlap by a second; time that goes backwards is no time.
      if (fix.at <= last) continue;
      last = fix.at;
      while (index < covered.length && (covered[index]?.to ?? Infinity) < fix.at) index++;
      if (fix.at < (covered[index]?.from ?? Infinity)) merged.push(fix);
    }
  }
}

const rankOf = ({ source, cameraId, channel }: LensTrack): number =>
  (source === 'triage' ? 1e12 : 0) + cameraId * channels.length + channels.indexOf(channel);

/** The tracks of each lens in the order of time; the best lens first. */
function byLens(tracks: readonly LensTrack[]): LensTrack[][] {
  const lenses = new Map<number, LensTrack[]>();
  for (const track of tracks) {
    const rank = rankOf(track);
    const lens = lenses.get(rank);
    if (lens) lens.push(track);
    else lenses.set(rank, [track]);
  }
  return [...lenses]
    .toSorted(([a], [b]) => a - b)
    .map(([, lens]) => lens.toSorted((a, b) => a.startedAt - b.startedAt || a.clipId - b.clipId));
}

/** A better lens has the whole time of its clip. */
function isCovered({ startedAt, endsBy }: LensTrack, covered: readonly Span[]): boolean {
  if (endsBy === null) return false;
  let [low, high] = [0, covered.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((covered[middle]?.from ?? Infinity) <= startedAt) low = middle;
    else high = middle - 1;
  }
  const span = covered[low];
  return span !== undefined && span.from <= startedAt && endsBy <= span.to;
}

function inOrder(track: LensTrack): readonly CarFix[] {
  const { startedAt } = track;
  const fixes = track.fixes();
  let last = -Infinity;
  let isSound = true;
  for (const { at } of fixes) {
    isSound &&= at >= last && Math.abs(at - startedAt) <= maxClipMs;
    last = at;
  }
  if (isSound) return fixes;
  return fixes.filter(({ at }) => Math.abs(at - startedAt) <= maxClipMs).toSorted((a, b) => a.at - b.at);
}

/** Where a track has something to say. */
function coverOf(fixes: readonly CarFix[]): Span[] {
  const [first, last] = [fixes[0], fixes.at(-1)];
  if (!first || !last) return [];
  const gapMs = Math.max(coverGapMs, coverSteps * usualStep(fixes));
  const spans: Span[] = [{ from: first.at, to: first.at }];
  let span = spans[0];
  for (const { at } of fixes) {
    if (span && at - span.to <= gapMs) span.to = at;
    else spans.push((span = { from: at, to: at }));
  }
  return spans;
}

/** The middle one of its steps, of a track so sparse that it matters. */
function usualStep(fixes: readonly CarFix[]): number {
  const [first, last] = [fixes[0], fixes.at(-1)];
  if (!first || !last || (last.at - first.at) * coverSteps <= coverGapMs * fixes.length) return 0;
  const steps = fixes.slice(1).map((fix, index) => fix.at - (fixes[index]?.at ?? fix.at));
  return steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}

/** The same stretches in order, those that touch or overlap as one. */
export function union(spans: readonly Span[], gapMs = 0): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from - last.to <= gapMs) last.to = Math.max(last.to, span.to);
    else merged.push({ from: span.from, to: span.to });
  }
  return merged;
}

/** The first of each stretch of so many milliseconds of the clock: which ones stay does not depend on where one begins. */
export function thin<T extends { at: number }>(fixes: readonly T[], stepMs: number): T[] {
  let last = -Infinity;
  return fixes.filter(({ at }) => {
    const step = Math.floor(at / stepMs);
    if (step === last) return false;
    last = step;
    return true;
  });
}
