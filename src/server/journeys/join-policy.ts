import type { Position } from '../../shared/tracks.ts';
import type { DerivedSpan, JourneyRules, Segment, Session, Span, StopSpan } from './journey-types.ts';
import { medianPosition, metresBetween } from './plane-policy.ts';
import { fixesIn, placedSpan } from './standing-policy.ts';

/** A stop is where the car stood in the first of its minutes with positions: later ones do not move it. */
export const positionMs = 10 * 60_000;
/** A receiver that wakes up late finds the car that far from where it stood. */
const lateFixM = 3000;
/** Standing this near to where it stood is standing there. */
const sameStopM = 150;
const sameStopRadii = 3;

/** A session and what it is made of. */
export interface SessionPart {
  session: Session;
  segments: readonly Segment[];
}

/** What is known of the time between sessions. */
export interface Pauses {
  /** For each session, the end of the last recording in parking mode after it and before the next; null for none. */
  parkedUntil: readonly (number | null)[];
  /** Nothing came after the last session. */
  isEnd: boolean;
}

/**
 * Journeys and stops of sessions that follow each other. A car that is found again near where it was left stood there
 * meanwhile; one that is found elsewhere stood at the last fix for as long as it recorded in parking mode. After a drive
 * without any position nobody knows, until the first fix says where it must have stood.
 */
export function joinSessions(
  parts: readonly SessionPart[],
  pauses: Pauses,
  rules: JourneyRules,
): DerivedSpan[] {
  const spans: DerivedSpan[] = [];
  let before: Place | null = null;
  for (const [index, part] of parts.entries()) {
    const own = spansOf(part);
    const place = placeOf(part, rules);
    const from = beforePart(
      spans,
      { before, part: place, own, parkedUntil: pauses.parkedUntil[index - 1] ?? null },
      rules,
    );
    const [first] = own;
    if (first && from !== null) first.from = from;
    const last = spans.at(-1);
    if (first?.kind === 'stop' && last?.kind === 'stop' && last.to > first.from) {
      // The same stop, before and after the pause.
      last.to = first.to;
      own.shift();
    }
    spans.push(...own);
    before = place;
  }
  if (before) afterLast(spans, before, pauses);
  return spans;
}

/** How a session lies in time, and whether its ends are known to be somewhere. */
interface Place extends Span {
  start: Position | null;
  end: Position | null;
}

function placeOf({ session }: SessionPart, rules: JourneyRules): Place {
  const placed = placedSpan(session, rules);
  const { from, to } = session;
  return {
    from,
    to,
    // It recorded for long before its first fix: where it began, nobody knows.
    start: placed && placed.from <= from ? (session.fixes[0] ?? null) : null,
    end: placed && placed.to >= to ? (session.fixes.at(-1) ?? null) : null,
  };
}

interface Pause {
  before: Place | null;
  part: Place;
  own: readonly DerivedSpan[];
  parkedUntil: number | null;
}

/**
 * Fills the pause before a session: with the stop before it made longer, or one of its own. Returns from when on the
 * first stop of the session itself lasts, where that is longer than it says.
 */
function beforePart(spans: DerivedSpan[], pause: Pause, rules: JourneyRules): number | null {
  const { before, part, own, parkedUntil } = pause;
  if (!before) return null;
  const [first] = own;
  if (!before.end)
    return afterUnknown(spans, { from: before.to, to: part.from }, { start: part.start, first });
  const metres = part.start ? metresBetween(before.end, part.start) : 0;
  const isSame = first?.kind === 'stop' && part.start !== null && metres <= sameStopMetres(rules);
  if (isSame) {
    const last = spans.at(-1);
    // Longer than the pause, so that the two are seen to be one.
    if (last?.kind === 'stop') last.to = part.from;
    return before.to;
  }
  const until = metres <= lateFixM ? part.from : Math.min(parkedUntil ?? before.to, part.from);
  standUntil(spans, { from: before.to, to: until }, before.end);
  return null;
}

/** After the last journey or stop it stood where it was then. */
function standUntil(spans: DerivedSpan[], pause: Span, position: Position): void {
  const last = spans.at(-1);
  if (last?.kind === 'stop') last.to = Math.max(last.to, pause.to);
  else if (pause.to > pause.from) spans.push(inferred(pause, position));
}

const sameStopMetres = ({ stopRadiusM }: JourneyRules): number =>
  Math.max(sameStopM, sameStopRadii * stopRadiusM);

/** After a drive without positions it stood where it is found next, if that is known. */
function afterUnknown(
  spans: DerivedSpan[],
  pause: Span,
  { start, first }: { start: Position | null; first: DerivedSpan | undefined },
): number | null {
  if (!start) return null;
  if (first?.kind === 'stop') return pause.from;
  spans.push(inferred(pause, start));
  return null;
}

function afterLast(spans: DerivedSpan[], before: Place, { parkedUntil, isEnd }: Pauses): void {
  if (!before.end) return;
  const until = parkedUntil.at(-1) ?? null;
  const last = spans.at(-1);
  if (last?.kind === 'stop') {
    last.to = Math.max(last.to, until ?? last.to);
    last.isOpen = isEnd;
  } else if (until !== null && until > before.to) {
    spans.push({ ...inferred({ from: before.to, to: until }, before.end), isOpen: isEnd });
  }
}

const inferred = (span: Span, { latitude, longitude }: Position): StopSpan => ({
  kind: 'stop',
  from: span.from,
  to: span.to,
  latitude,
  longitude,
  isInferred: true,
  isOpen: false,
});

function spansOf({ session, segments }: SessionPart): DerivedSpan[] {
  return segments.map(({ kind, from, to }): DerivedSpan => {
    if (kind === 'journey') return { kind, from, to, isEdited: false };
    return { kind, from, to, ...stopPosition(session, { from, to }), isInferred: false, isOpen: false };
  });
}

/** Where it stood in its first minutes. */
function stopPosition(session: Session, span: Span): Position {
  const fixes = fixesIn(session.fixes, span);
  const first = fixes[0]?.at ?? span.from;
  const early = fixes.filter(({ at }) => at - first <= positionMs);
  const { latitude = 0, longitude = 0 } = medianPosition(early) ?? session.fixes[0] ?? {};
  return { latitude, longitude };
}
