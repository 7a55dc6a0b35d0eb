import type { CarFix, JourneyRules, Segment, Session, Span } from './journey-types.ts';
import { thin } from './merge-policy.ts';
import { guardedMetres } from './way-policy.ts';
import { metresBetween } from './plane-policy.ts';

/** For standing or not, a fix every few seconds is enough. */
const coarseMs = 5000;
/** Positions of a car that its camera holds for parked wander: in garages, between houses. */
const parkedFactor = 4;

export const coarse = (fixes: readonly CarFix[]): CarFix[] => thin(fixes, coarseMs);

/**
 * Where the car stands: stretches made of windows of the least length of a stop, at the end of which it is still
 * within the radius of where it was at their start, and which it did not leave for as long as a departure. Whether a
 * moment is in one depends on the fixes around it alone, as far as `standingReachMs`.
 */
export function standingSpans(fixes: readonly CarFix[], rules: JourneyRules): Span[] {
  const spans: Span[] = [];
  let until = -1;
  for (let index = 0; index < fixes.length; index++) {
    const last = windowEnd(fixes, index, rules);
    const [from, to] = [fixes[index]?.at, fixes[last]?.at];
    if (last === index || from === undefined || to === undefined) continue;
    const span = spans.at(-1);
    if (span && index <= until) span.to = Math.max(span.to, to);
    else spans.push({ from, to });
    until = Math.max(until, last);
  }
  return spans;
}

/** The index of the fix at which a window that starts at this one is long enough, or the index itself. */
function windowEnd(fixes: readonly CarFix[], start: number, rules: JourneyRules): number {
  const anchor = fixes[start];
  if (!anchor) return start;
  let leftAt: number | null = null;
  for (let index = start + 1; index < fixes.length; index++) {
    const fix = fixes[index];
    if (!fix) break;
    const radius = rules.stopRadiusM * (fix.isParked ? parkedFactor : 1);
    if (metresBetween(anchor, fix) <= radius) {
      leftAt = null;
      if (fix.at - anchor.at >= rules.stopMs) return index;
      continue;
    }
    leftAt ??= fix.at;
    if (fix.at - leftAt >= rules.departureMs) break;
  }
  return start;
}

/** The time of a session for which its fixes speak: recordings long before the first and after the last do not. */
export function placedSpan(session: Session, { sessionGapMs }: JourneyRules): Span | null {
  const [first, last] = [session.fixes[0], session.fixes.at(-1)];
  if (!first || !last) return null;
  return {
    from: Math.min(first.at, Math.max(session.from, first.at - sessionGapMs)),
    to: Math.max(last.at, Math.min(session.to, last.at + sessionGapMs)),
  };
}

/**
 * A session as journeys and stops that follow each other without a gap; none when it has no fix. A way that is too
 * short is a part of the stops around it, or a stop.
 */
export function segmentsOf(session: Session, rules: JourneyRules): Segment[] {
  const placed = placedSpan(session, rules);
  if (!placed) return [];
  const segments: Segment[] = [];
  let at = placed.from;
  for (const span of standingSpans(coarse(session.fixes), rules)) {
    if (span.from > at) addWay(segments, { from: at, to: span.from }, session, rules);
    addStop(segments, { from: Math.max(at, span.from), to: span.to }, true);
    at = span.to;
  }
  if (placed.to > at || segments.length === 0) addWay(segments, { from: at, to: placed.to }, session, rules);
  return segments;
}

function addWay(segments: Segment[], way: Span, session: Session, rules: JourneyRules): void {
  const fixes = fixesIn(session.fixes, way);
  const isJourney = fixes.length >= 2 && guardedMetres(fixes) >= rules.journeyMinM;
  if (isJourney) segments.push({ kind: 'journey', ...way, isSeen: true });
  else addStop(segments, way, false);
}

function addStop(segments: Segment[], span: Span, isSeen: boolean): void {
  const last = segments.at(-1);
  if (last?.kind !== 'stop') segments.push({ kind: 'stop', ...span, isSeen });
  else {
    last.to = span.to;
    last.isSeen ||= isSeen;
  }
}

/** Fixes in the order of time that lie in a span. */
export function fixesIn(fixes: readonly CarFix[], { from, to }: Span): CarFix[] {
  return fixes.slice(lowerBound(fixes, from), lowerBound(fixes, to + 1));
}

/** The index of the first fix at this instant or later. */
function lowerBound(fixes: readonly CarFix[], at: number): number {
  let [low, high] = [0, fixes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((fixes[middle]?.at ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
