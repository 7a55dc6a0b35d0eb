/** Where the car was at an instant, found quickly, for it is asked each frame. Pure. */
import { longitudeStep, wrapLongitude } from '../../shared/geo.ts';
import type { JourneyTrack } from '../../shared/journeys.ts';
import type { Position, TrackPoint } from '../../shared/tracks.ts';

export interface CarAt extends Position {
  speedMps: number | null;
  courseDegrees: number | null;
}

export type TrackIndex = readonly TrackPoint[];

/** Between points further apart than this nobody knows where the car was. */
const knownMs = 10_000;

/** The points of all parts in the order of time. */
export function trackIndex(parts: JourneyTrack['parts']): TrackIndex {
  return parts.flatMap(({ points }) => points).toSorted(([one], [other]) => one - other);
}

/** Between two points a place between them; null where no point is near in time. */
export function carAt(points: TrackIndex, at: number): CarAt | null {
  const next = firstAfter(points, at);
  const [before, after] = [points[next - 1], points[next]];
  if (before && after && after[0] - before[0] <= knownMs) return between(before, after, at);
  const nearest = [before, after].find((point) => point && Math.abs(point[0] - at) <= knownMs / 2);
  return nearest ? exactly(nearest) : null;
}

/** Where the car is drawn: at its last known place where nothing is known of this instant. */
export function carNear(points: TrackIndex, at: number): CarAt | null {
  const known = carAt(points, at);
  if (known) return known;
  const point = points[Math.max(0, firstAfter(points, at) - 1)];
  return point ? exactly(point) : null;
}

function firstAfter(points: TrackIndex, at: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? Infinity) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

function exactly([, longitude, latitude, speedMps, courseDegrees]: TrackPoint): CarAt {
  return { longitude, latitude, speedMps, courseDegrees };
}

function between(before: TrackPoint, after: TrackPoint, at: number): CarAt {
  const share = after[0] === before[0] ? 0 : (at - before[0]) / (after[0] - before[0]);
  return {
    longitude: wrapLongitude(before[1] + share * longitudeStep(before[1], after[1])),
    latitude: before[2] + share * (after[2] - before[2]),
    speedMps: mixed(before[3], after[3], share),
    courseDegrees: turned(before[4], after[4], share),
  };
}

const mixed = (one: number | null, other: number | null, share: number): number | null =>
  one === null || other === null ? (one ?? other) : one + share * (other - one);

/** The short way round. */
function turned(one: number | null, other: number | null, share: number): number | null {
  if (one === null || other === null) return one ?? other;
  const turn = ((((other - one + 180) % 360) + 360) % 360) - 180;
  return (one + share * turn + 360) % 360;
}
