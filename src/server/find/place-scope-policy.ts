/** What happened at a place of the user's. Pure. */
import { distanceM } from '../../shared/geo.ts';
import type { Position } from '../../shared/tracks.ts';

interface Span {
  id: number;
  cameraId: number;
  startedAt: number;
  endedAt: number;
  /** Local days of its two ends. */
  firstDay: string;
  lastDay: string;
}

export interface ScopeJourney extends Span {
  from: Position;
  to: Position;
}

export interface PlaceScope {
  stopIds: number[];
  journeyIds: number[];
  /** Stretches of days, both ends included, in which something of it may have been recorded. */
  days: { from: string; to: string }[];
}

/** Between the end of a journey and the stop that it leads to, at most. */
const nearMs = 60_000;

/**
 * The stops at a place, and the journeys that begin or end at one of them, or within its circle. `stops` are those at
 * the place alone; all in any order.
 */
export function placeScope(
  stops: readonly Span[],
  journeys: readonly ScopeJourney[],
  place: Position & { radiusM: number },
): PlaceScope {
  const begins = timesOf(stops, (stop) => stop.endedAt);
  const ends = timesOf(stops, (stop) => stop.startedAt);
  const isAt = (position: Position) => distanceM(position, place) <= place.radiusM;
  const found = journeys.filter(
    (journey) =>
      hasNear(begins.get(journey.cameraId), journey.startedAt) ||
      hasNear(ends.get(journey.cameraId), journey.endedAt) ||
      isAt(journey.from) ||
      isAt(journey.to),
  );
  return {
    stopIds: stops.map(({ id }) => id),
    journeyIds: found.map(({ id }) => id),
    days: [...stops, ...found].map(({ firstDay, lastDay }) => ({ from: firstDay, to: lastDay })),
  };
}

function timesOf(stops: readonly Span[], timeOf: (stop: Span) => number): Map<number, number[]> {
  const times = new Map<number, number[]>();
  for (const stop of stops) {
    const own = times.get(stop.cameraId);
    if (own) own.push(timeOf(stop));
    else times.set(stop.cameraId, [timeOf(stop)]);
  }
  for (const own of times.values()) own.sort((a, b) => a - b);
  return times;
}

function hasNear(times: readonly number[] | undefined, at: number): boolean {
  if (!times) return false;
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < at - nearMs) low = middle + 1;
    else high = middle;
  }
  return Math.abs((times[low] ?? Infinity) - at) <= nearMs;
}

/** Those of some days that lie within stretches. */
export function daysWithin(
  days: readonly string[],
  stretches: readonly { from: string; to: string }[],
): string[] {
  const inOrder = stretches.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const found: string[] = [];
  let [next, until] = [0, ''];
  for (const day of days.toSorted()) {
    for (; next < inOrder.length && (inOrder[next]?.from ?? '') <= day; next++) {
      const { to = '' } = inOrder[next] ?? {};
      if (to > until) until = to;
    }
    if (until >= day) found.push(day);
  }
  return found;
}
