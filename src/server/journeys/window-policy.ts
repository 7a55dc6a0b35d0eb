import type { DerivedSpan, JourneyRules, Span } from './journey-types.ts';
import { union } from './merge-policy.ts';

/** A recording that starts this long before a moment may still last then. */
export const maxCaptureMs = 15 * 60_000;

/**
 * From when to when footage is shown with each journey, in the order of `spans`; of a stop its own time. Footage before
 * and after belongs to it, but not past a recording in parking mode, nor past half the way to the next journey.
 */
export function windowsOf(
  spans: readonly DerivedSpan[],
  parked: readonly Span[],
  { paddingMs }: JourneyRules,
): Span[] {
  const journeys = spans.filter((span) => span.kind === 'journey');
  return spans.map((span) => {
    if (span.kind === 'stop') return { from: span.from, to: span.to };
    const index = journeys.indexOf(span);
    const [before, after] = [journeys[index - 1], journeys[index + 1]];
    let from = Math.max(span.from - paddingMs, before ? Math.ceil((before.to + span.from) / 2) : -Infinity);
    let to = Math.min(span.to + paddingMs, after ? Math.floor((span.to + after.from) / 2) : Infinity);
    for (const park of parked) {
      if (park.from < span.from && park.to > from) from = Math.min(span.from, park.to);
      if (park.to > span.to && park.from < to) to = Math.max(span.to, park.from);
    }
    return { from, to };
  });
}

/** Where recordings in parking mode matter for the windows. */
export const edgesOf = (spans: readonly DerivedSpan[], { paddingMs }: JourneyRules): Span[] =>
  union(
    spans
      .filter(({ kind }) => kind === 'journey')
      .flatMap(({ from, to }) => [
        { from: from - paddingMs - maxCaptureMs, to: from },
        { from: to - maxCaptureMs, to: to + paddingMs },
      ]),
  );

/** A journey or a stop as captures belong to it. */
export interface Window extends Span {
  kind: 'journey' | 'stop';
  id: number;
}

/** A capture and where it belongs now. */
export interface PlacedCapture extends Span {
  isParked: boolean;
}

/**
 * Where a capture belongs. What was recorded while driving: the journey that has most of it, else the stop in which it
 * starts. What was recorded in parking mode: the stop in which it starts, else a journey around its start.
 */
export function windowOf(capture: PlacedCapture, windows: readonly Window[]): Window | null {
  const holds = ({ from, to }: Span) => from <= capture.from && capture.from < Math.max(to, from + 1);
  const stop = windows.find((window) => window.kind === 'stop' && holds(window)) ?? null;
  const journeys = windows.filter(({ kind }) => kind === 'journey');
  if (capture.isParked) return stop ?? journeys.find(holds) ?? null;
  const sharedMs = ({ from, to }: Span) => Math.min(to, capture.to) - Math.max(from, capture.from);
  const [best] = journeys
    .filter((window) => sharedMs(window) > 0)
    .toSorted((a, b) => sharedMs(b) - sharedMs(a) || a.from - b.from);
  return best ?? stop ?? endingAt(capture, windows);
}

/** A recording right at the end of a stop of which nothing else is known. */
function endingAt(capture: PlacedCapture, windows: readonly Window[]): Window | null {
  return windows.find(({ from, to }) => from <= capture.from && capture.from <= to) ?? null;
}

/** Where two sets of windows differ: what was placed by the one is to be placed by the other. */
export function changedSpans(before: readonly Window[], after: readonly Window[]): Span[] {
  const now = new Map(after.map((window) => [keyOf(window), window]));
  const then = new Map(before.map((window) => [keyOf(window), window]));
  const spans: Span[] = [];
  for (const [key, window] of then) {
    const other = now.get(key);
    if (!other) spans.push(window);
    else spans.push(...differenceOf(window, other));
  }
  for (const [key, window] of now) if (!then.has(key)) spans.push(window);
  return union(spans.map(({ from, to }) => ({ from, to })));
}

const keyOf = ({ kind, id }: Window): string => `${kind} ${id}`;

const differenceOf = (a: Span, b: Span): Span[] => [
  ...(a.from === b.from ? [] : [{ from: Math.min(a.from, b.from), to: Math.max(a.from, b.from) }]),
  ...(a.to === b.to ? [] : [{ from: Math.min(a.to, b.to), to: Math.max(a.to, b.to) }]),
];
