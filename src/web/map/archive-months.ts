/** What the map shows of the whole archive, month by month, and which of it passes the filters. */
import { isWithin, wrapLongitude } from '../../shared/geo.ts';
import type { MapMonth } from '../../shared/map-months.ts';
import { decodeLine } from '../../shared/polyline.ts';
import type { Box } from '../../shared/tracks.ts';
import type { Coordinate, Line } from './map-types.ts';

/** A journey with its rough line; longitudes run on past 180. */
export interface ArchiveJourney {
  id: number;
  /** The first camera of its car. */
  cameraId: number;
  startedAt: number;
  endedAt: number;
  distanceM: number;
  zone: string;
  isTriage: boolean;
  line: Line;
}

export interface ArchiveStop {
  id: number;
  cameraId: number;
  startedAt: number;
  endedAt: number;
  at: Coordinate;
}

export interface ArchiveMonth {
  month: string;
  version: string;
  journeys: readonly ArchiveJourney[];
  stops: readonly ArchiveStop[];
}

/** Which journeys and stops are shown: those that have a part between two instants, of one car or of all. */
export interface ArchiveFilter {
  from: number;
  to: number;
  /** The first camera of the car. */
  cameraId: number | null;
}

export const everything: ArchiveFilter = { from: -Infinity, to: Infinity, cameraId: null };

/** A month as the server sends it, row by row. */
export function decodeMonth({ month, version, zones, journeys, stops }: MapMonth): ArchiveMonth {
  return {
    month,
    version,
    journeys: journeys.id.map((id, index) => ({
      id,
      ...spanAt(journeys, index),
      distanceM: journeys.distanceM[index] ?? 0,
      zone: zones[journeys.zone[index] ?? -1] ?? 'UTC',
      isTriage: journeys.isTriage[index] === 1,
      line: decodeLine(journeys.line[index] ?? ''),
    })),
    stops: stops.id.flatMap((id, index) => {
      const [at] = decodeLine(stops.position[index] ?? '');
      return at ? [{ id, ...spanAt(stops, index), at }] : [];
    }),
  };
}

interface Spans {
  cameraId: readonly number[];
  startedAt: readonly number[];
  lengthMs: readonly number[];
}

function spanAt({ cameraId, startedAt, lengthMs }: Spans, index: number) {
  const from = startedAt[index] ?? 0;
  return { cameraId: cameraId[index] ?? 0, startedAt: from, endedAt: from + (lengthMs[index] ?? 0) };
}

type Filtered = Pick<ArchiveJourney, 'cameraId' | 'startedAt' | 'endedAt'>;

export function passesFilter(
  { cameraId, startedAt, endedAt }: Filtered,
  { from, to, cameraId: wanted }: ArchiveFilter,
): boolean {
  return startedAt <= to && endedAt >= from && (wanted === null || wanted === cameraId);
}

/** The journeys of all months that pass, and what they come to. */
export function totalsOf(
  months: readonly ArchiveMonth[],
  filter: ArchiveFilter,
): { journeys: number; distanceM: number } {
  let [journeys, distanceM] = [0, 0];
  for (const month of months) {
    for (const journey of month.journeys) {
      if (!passesFilter(journey, filter)) continue;
      journeys += 1;
      distanceM += journey.distanceM;
    }
  }
  return { journeys, distanceM };
}

/** The journey of an id, if its month is there. */
export function journeyOf(months: readonly ArchiveMonth[], id: number | null): ArchiveJourney | null {
  if (id === null) return null;
  for (const { journeys } of months) {
    const found = journeys.find((journey) => journey.id === id);
    if (found) return found;
  }
  return null;
}

/** The first camera of a camera's car: journeys carry that one. */
export function carOf(
  cameras: readonly { id: number; vehicle: string | null }[],
  cameraId: number | undefined,
): number | null {
  const camera = cameras.find(({ id }) => id === cameraId);
  if (!camera) return cameraId ?? null;
  if (!camera.vehicle) return camera.id;
  return Math.min(...cameras.filter(({ vehicle }) => vehicle === camera.vehicle).map(({ id }) => id));
}

/** All journeys that are there, by their ids. */
export const journeysById = (months: readonly ArchiveMonth[]): Map<number, ArchiveJourney> =>
  new Map(months.flatMap(({ journeys }) => journeys.map((journey) => [journey.id, journey])));

/** Whether a journey that passes has a point of its line in a box; lines that only cross it do not count. */
export function hasJourneyIn(months: readonly ArchiveMonth[], filter: ArchiveFilter, box: Box): boolean {
  return months.some(({ journeys }) =>
    journeys.some(
      (journey) =>
        passesFilter(journey, filter) &&
        journey.line.some(([x, latitude]) => isWithin({ longitude: wrapLongitude(x), latitude }, box)),
    ),
  );
}
