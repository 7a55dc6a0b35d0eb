import type { DerivedSpan, JourneySpan, Span, StopSpan } from './journey-types.ts';

/** The row of a stop at an edge of what is derived. */
export interface EdgeStop extends Span {
  id: number;
  latitude: number;
  longitude: number;
  isInferred: boolean;
  isOpen: boolean;
}

export interface Edges {
  /** A stop's row in which the stretch begins, or ends. */
  left: EdgeStop | null;
  right: EdgeStop | null;
}

/** A span with the window its footage is shown in. */
export interface ShownSpan {
  span: DerivedSpan;
  window: Span;
}

/**
 * What of the derived spans belongs to a stretch. A stop that lasts beyond it goes on from the row that is there: what
 * lies beyond the stretch is not derived here, and the first minutes of a stop say where it is.
 */
export function cropSpans(shown: readonly ShownSpan[], stretch: Span, edges: Edges): ShownSpan[] {
  return shown.flatMap(({ span, window }): ShownSpan[] => {
    if (!isIn(span, stretch)) return [];
    if (span.kind === 'journey') return [cropJourney(span, window, stretch)];
    const stop = cropStop(span, stretch, edges);
    return [{ span: stop, window: { from: stop.from, to: stop.to } }];
  });
}

const isIn = (span: Span, { from, to }: Span): boolean =>
  span.from < to && (span.to > from || (span.from === span.to && span.from >= from));

function cropJourney(span: JourneySpan, window: Span, stretch: Span): ShownSpan {
  const cut = { ...span, from: Math.max(span.from, stretch.from), to: Math.min(span.to, stretch.to) };
  const isCut = cut.from !== span.from || cut.to !== span.to;
  return { span: cut, window: isCut ? { from: cut.from, to: cut.to } : window };
}

function cropStop(span: StopSpan, stretch: Span, { left, right }: Edges): StopSpan {
  const stop = { ...span };
  if (span.from < stretch.from) {
    stop.from = stretch.from;
    if (left) {
      const { from, latitude, longitude } = left;
      Object.assign(stop, { from, latitude, longitude, isInferred: left.isInferred && span.isInferred });
    }
  }
  if (span.to > stretch.to) {
    stop.to = right?.to ?? stretch.to;
    stop.isOpen = right?.isOpen ?? span.isOpen;
  }
  return stop;
}
