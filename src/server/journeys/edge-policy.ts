import type { SessionPart } from './join-policy.ts';
import { positionMs } from './join-policy.ts';
import type { CarFix, JourneyRules, Span } from './journey-types.ts';
import { linkReachMs, standingReachMs } from './rules-policy.ts';
import { coarse, standingSpans } from './standing-policy.ts';
import { guardedMetres } from './way-policy.ts';

/** Fixes of a standing car further apart than this leave room for doubt. */
const denseMs = 2 * 60_000;

/** What of a car's time has been read, as sessions, those at its ends perhaps cut. */
export interface Loaded extends Span {
  parts: readonly SessionPart[];
  /** There is nothing before, nothing after. */
  isStart: boolean;
  isEnd: boolean;
}

/**
 * From when on what is derived from `loaded` is right whatever came before, although something changed in `due`: in
 * the middle of a long stand, or at the end of a session whose end is known for sure. Null: more must be read.
 */
export function leftEdge(loaded: Loaded, due: Span, rules: JourneyRules): number | null {
  const { parts } = loaded;
  const linked = parts.findIndex(({ session }) => session.to >= due.from - linkReachMs(rules));
  const first = parts[linked === -1 ? parts.length : linked];
  const cut = first ? cutBefore(first.session.fixes, due.from, rules) : null;
  if (cut !== null) return cut;
  const index = (linked === -1 ? parts.length : linked) - 1;
  const part = parts[index];
  if (!part) return loaded.isStart ? -Number.MAX_SAFE_INTEGER : null;
  return index > 0 || isTailSure(loaded, part, rules) ? part.session.to : null;
}

/** The same, until when. */
export function rightEdge(loaded: Loaded, due: Span, rules: JourneyRules): number | null {
  const { parts } = loaded;
  const linked = parts.findLastIndex(({ session }) => session.from <= due.to + linkReachMs(rules));
  const last = parts[linked];
  const cut = last ? cutAfter(last.session.fixes, due.to, rules) : null;
  if (cut !== null) return cut;
  const index = linked + 1;
  const part = parts[index];
  if (!part) return loaded.isEnd ? Number.MAX_SAFE_INTEGER : null;
  return index < parts.length - 1 || isHeadSure(loaded, part, rules) ? part.session.from : null;
}

/** The last moment well before `at` at which the car has long been standing, and goes on to stand. */
function cutBefore(fixes: readonly CarFix[], at: number, rules: JourneyRules): number | null {
  const reach = standingReachMs(rules);
  for (const { from, to } of denseStands(fixes, rules).toReversed()) {
    const cut = Math.min(to - reach, at - 2 * reach);
    if (cut - reach >= from) return cut;
  }
  return null;
}

function cutAfter(fixes: readonly CarFix[], at: number, rules: JourneyRules): number | null {
  const reach = standingReachMs(rules);
  for (const { from, to } of denseStands(fixes, rules)) {
    const cut = Math.max(from + reach, at + 2 * reach);
    if (cut + reach <= to) return cut;
  }
  return null;
}

function denseStands(fixes: readonly CarFix[], rules: JourneyRules): Span[] {
  const few = coarse(fixes);
  let index = 0;
  return standingSpans(few, rules).flatMap(({ from, to }) => {
    const spans: Span[] = [];
    while (index < few.length && (few[index]?.at ?? Infinity) < from) index++;
    for (; index < few.length; index++) {
      const at = few[index]?.at ?? Infinity;
      if (at > to) break;
      const last = spans.at(-1);
      if (last && at - last.to <= denseMs) last.to = at;
      else spans.push({ from: at, to: at });
    }
    return spans;
  });
}

/** Whether the end of a session is what it is, however the part of it that was not read looks. */
function isTailSure(loaded: Loaded, { session, segments }: SessionPart, rules: JourneyRules): boolean {
  if (loaded.isStart || session.from - loaded.from > rules.sessionGapMs) return true;
  const last = segments.at(-1);
  const sureFrom = loaded.from + standingReachMs(rules);
  if (!last) return false;
  if (last.from > sureFrom || (last.kind === 'stop' && last.isSeen)) return true;
  return (
    last.kind === 'journey' &&
    guardedMetres(session.fixes.filter(({ at }) => at >= sureFrom)) >= rules.journeyMinM
  );
}

function isHeadSure(loaded: Loaded, { session, segments }: SessionPart, rules: JourneyRules): boolean {
  if (loaded.isEnd || loaded.to - session.to > rules.sessionGapMs) return true;
  const [first] = segments;
  const sureTo = loaded.to - standingReachMs(rules);
  if (!first) return false;
  if (first.to < sureTo) return true;
  if (first.kind === 'stop') return first.isSeen && (session.fixes[0]?.at ?? Infinity) + positionMs < sureTo;
  return guardedMetres(session.fixes.filter(({ at }) => at <= sureTo)) >= rules.journeyMinM;
}
