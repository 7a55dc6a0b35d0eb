import { boundsOf } from '../../shared/geo.ts';
import type { Box, RouteMap } from '../../shared/tracks.ts';
import type { Database, Db } from '../db/open.ts';
import { carsOf } from './activity-reader.ts';
import { journeysOfDay, stopsOfDay } from './day-journeys.ts';
import { clipsInBox, type JourneyLines } from './journey-lines.ts';
import { cutAtAntimeridian, type Pair } from './line-policy.ts';
import { maxClipMs } from './merge-policy.ts';
import { unpackOutline } from './row-policy.ts';
import type { JourneyRow, StopRow } from './span-rows.ts';

/** At this zoom and below, sketches are as good as lines. */
const sketchZoom = 10;
const journeysOfMap = 500;
const clipsOfMap = 4000;
const extentMs = 28 * 24 * 60 * 60_000;

type Feature = RouteMap['features'][number];

function featureOf(row: JourneyRow | MapJourney, lines: Pair[][]): Feature[] {
  const [line] = lines;
  if (!line) return [];
  const geometry =
    lines.length === 1
      ? { type: 'LineString' as const, coordinates: line }
      : { type: 'MultiLineString' as const, coordinates: lines };
  return [
    {
      type: 'Feature',
      geometry,
      properties: { kind: 'journey', ...factsOf(row), isTriage: row.is_triage === 1 },
    },
  ];
}

const factsOf = (row: Pick<JourneyRow, 'id' | 'camera_id' | 'started_at' | 'ended_at'>) => ({
  id: row.id,
  cameraId: row.camera_id,
  startedAt: row.started_at,
  endedAt: row.ended_at,
});

const stopFeature = (row: StopRow): Feature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [row.longitude, row.latitude] },
  properties: { kind: 'stop', ...factsOf(row), isTriage: false },
});

/** Lines and stops of a day. */
export async function dayMap(
  db: Database,
  lines: JourneyLines,
  { day, zoom }: { day: string; zoom: number },
): Promise<RouteMap> {
  const journeys = await journeysOfDay(db, day);
  const stops = await stopsOfDay(db, day);
  const found = await lines.of(journeys, zoom);
  return {
    type: 'FeatureCollection',
    features: [
      ...journeys.flatMap((row, index) => featureOf(row, found[index] ?? [])),
      ...stops.map(stopFeature),
    ],
  };
}

export interface MapQuery extends Box {
  zoom: number;
  from?: number | undefined;
  to?: number | undefined;
  cameraId?: number | undefined;
}

type MapJourney = Pick<
  JourneyRow,
  'id' | 'camera_id' | 'started_at' | 'ended_at' | 'version' | 'is_triage' | 'outline'
>;

/** The newest journeys within a box: sketches from afar, lines where clips lie within it from near. */
export async function boxMap(
  db: Database,
  lines: JourneyLines,
  query: MapQuery,
): Promise<RouteMap & { isPartial: boolean; journeys: number }> {
  const found = await journeysInBox(db, query);
  const journeys = found.slice(0, journeysOfMap);
  const drawn =
    query.zoom <= sketchZoom ? journeys.map(sketchOf) : await linesInBox(db, lines, { journeys, query });
  return {
    type: 'FeatureCollection',
    features: journeys.flatMap((row, index) => featureOf(row, drawn[index] ?? [])),
    isPartial: found.length > journeysOfMap,
    journeys: journeys.length,
  };
}

const sketchOf = ({ outline }: MapJourney): Pair[][] => cutAtAntimeridian(unpackOutline(outline));

/** A box that crosses the antimeridian as two. */
const halvesOf = (box: Box): Box[] =>
  box.west <= box.east
    ? [box]
    : [
        { ...box, east: 180 },
        { ...box, west: -180 },
      ];

async function journeysInBox(db: Db, query: MapQuery): Promise<MapJourney[]> {
  const { from, to, cameraId } = query;
  const car = cameraId === undefined ? undefined : (await carsOf(db)).get(cameraId);
  const found = new Map<number, MapJourney>();
  for (const box of halvesOf(query)) {
    const rows = await db
      .selectFrom('journey_box')
      // Cross: the box comes first.
      .crossJoin('journey')
      .select([
        'id',
        'journey.camera_id',
        'journey.started_at',
        'ended_at',
        'version',
        'is_triage',
        'outline',
      ])
      .whereRef('journey.id', '=', 'journey_box.journey_id')
      .where('journey_box.west', '<=', box.east)
      .where('journey_box.east', '>=', box.west)
      .where('journey_box.south', '<=', box.north)
      .where('journey_box.north', '>=', box.south)
      .$if(to !== undefined, (rows) => rows.where('journey_box.started_at', '<=', to ?? 0))
      .$if(from !== undefined, (rows) => rows.where('journey.ended_at', '>=', from ?? 0))
      .$if(cameraId !== undefined, (rows) =>
        rows.where('journey_box.camera_id', '=', car?.id ?? cameraId ?? 0),
      )
      .orderBy('journey_box.started_at', 'desc')
      .limit(journeysOfMap + 1)
      .execute();
    for (const row of rows) found.set(row.id, row);
  }
  return [...found.values()].toSorted((a, b) => b.started_at - a.started_at || b.id - a.id);
}

async function linesInBox(
  db: Db,
  lines: JourneyLines,
  { journeys, query }: { journeys: readonly MapJourney[]; query: MapQuery },
): Promise<Pair[][][]> {
  if (journeys.length === 0) return [];
  const span = {
    from: Math.min(...journeys.map((row) => row.started_at)) - maxClipMs,
    to: Math.max(...journeys.map((row) => row.ended_at)),
    limit: clipsOfMap,
  };
  const clipIds: number[] = [];
  for (const box of halvesOf(query)) clipIds.push(...(await clipsInBox(db, box, span)));
  const drawn = await lines.ofClips(journeys, clipIds, query.zoom);
  // There were more clips than are read: the oldest journeys are sketched.
  const isFull = clipIds.length >= clipsOfMap;
  return drawn.map((line, index) => {
    const journey = journeys[index];
    return line.length === 0 && isFull && journey ? sketchOf(journey) : line;
  });
}

/** The box around the journeys of the last weeks in which there were some. */
export async function mapExtent(db: Db): Promise<Box | null> {
  const rows = [];
  const cars = new Set([...(await carsOf(db)).values()].map((car) => car.id));
  let newest = -Infinity;
  for (const cameraId of cars) {
    const row = await db
      .selectFrom('journey')
      .select('started_at')
      .where('camera_id', '=', cameraId)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    newest = Math.max(newest, row?.started_at ?? -Infinity);
  }
  if (newest === -Infinity) return null;
  for (const cameraId of cars) {
    rows.push(
      ...(await db
        .selectFrom('journey')
        .select(['west', 'south', 'east', 'north'])
        .where('camera_id', '=', cameraId)
        .where('started_at', '>=', newest - extentMs)
        .orderBy('started_at', 'desc')
        .limit(journeysOfMap)
        .execute()),
    );
  }
  return boundsOf(
    rows.flatMap(({ west, south, east, north }) => [
      { latitude: south, longitude: west },
      { latitude: north, longitude: east },
    ]),
  );
}

/** Days that have journeys: newest first, before `before`, or the nearest ones after `after`. */
export async function journeyDays(
  db: Db,
  { before, after, limit }: { before?: string | undefined; after?: string | undefined; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('journey')
    .select('local_day')
    .distinct()
    .$if(before !== undefined, (days) => days.where('local_day', '<', before ?? ''))
    .$if(after !== undefined, (days) => days.where('local_day', '>', after ?? ''))
    .orderBy('local_day', after === undefined ? 'desc' : 'asc')
    .limit(limit)
    .execute();
  return rows.map(({ local_day }) => local_day).toSorted((a, b) => b.localeCompare(a));
}
