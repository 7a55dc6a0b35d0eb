import type { DayRoutes, Journey, PlaceName, Stop } from '../../shared/journeys.ts';
import { markSchema, type Position } from '../../shared/tracks.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import { completenessOf } from './completeness.ts';
import { endPlaces } from './end-place-policy.ts';
import { unpackOutline } from './row-policy.ts';
import { stopsIn, type JourneyRow, type StopRow } from './span-rows.ts';

/** Names of positions; null where nothing is known. */
export interface Names {
  namesOf(positions: readonly (Position & { placeId?: number | null })[]): Promise<(PlaceName | null)[]>;
}

/** The stop that a journey leads to may begin a moment after it. */
const lateMs = 60_000;

const marksSchema = markSchema.array();

/** Journeys as the API shows them, in the order of the rows. */
export async function journeyViews(db: Db, rows: readonly JourneyRow[], names: Names): Promise<Journey[]> {
  const places = await endPlacesOf(db, rows);
  const found = await names.namesOf(
    rows.flatMap((row, index) => [
      { ...fromOf(row), placeId: places[index]?.from ?? null },
      { ...toOf(row), placeId: places[index]?.to ?? null },
    ]),
  );
  const completeness = await completenessOf(
    db,
    'journey_id',
    rows.map(({ id }) => id),
  );
  return rows.map((row, index) => ({
    ...headOf(row),
    startZone: row.start_zone,
    endZone: row.end_zone,
    name: row.name,
    note: row.note,
    tag: row.tag,
    isEdited: row.is_edited === 1,
    from: { position: fromOf(row), name: found[2 * index] ?? null },
    to: { position: toOf(row), name: found[2 * index + 1] ?? null },
    distanceM: row.distance_m,
    movingMs: row.moving_ms,
    topSpeedMps: row.top_speed_mps,
    meanSpeedMps: row.moving_ms > 0 ? row.distance_m / (row.moving_ms / 1000) : null,
    marks: marksSchema.safeParse(JSON.parse(row.marks)).data ?? [],
    completeness: completeness(row.id),
    isTriage: row.is_triage === 1,
  }));
}

/** For each journey the places of the stops at its ends; one look for each car. */
async function endPlacesOf(db: Db, rows: readonly JourneyRow[]): Promise<ReturnType<typeof endPlaces>[]> {
  const stops = new Map<number, StopRow[]>();
  for (const id of new Set(rows.map((row) => row.camera_id))) {
    const own = rows.filter((row) => row.camera_id === id);
    const from = Math.min(...own.map((row) => row.started_at));
    const to = Math.max(...own.map((row) => row.ended_at));
    stops.set(id, await stopsIn(db, { id, cameraIds: [id] }, { from, to: to + lateMs }));
  }
  return rows.map((row) => endPlaces(row, stops.get(row.camera_id) ?? []));
}

const headOf = (row: JourneyRow | StopRow) => ({
  id: row.id,
  cameraId: row.camera_id,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  localDay: row.local_day,
});

const fromOf = (row: JourneyRow): Position => ({
  latitude: row.from_latitude,
  longitude: row.from_longitude,
});
const toOf = (row: JourneyRow): Position => ({ latitude: row.to_latitude, longitude: row.to_longitude });

/** Stops as the API shows them. */
export async function stopViews(db: Db, rows: readonly StopRow[], names: Names): Promise<Stop[]> {
  const found = await names.namesOf(
    rows.map(({ latitude, longitude, place_id }) => ({ latitude, longitude, placeId: place_id })),
  );
  const completeness = await completenessOf(
    db,
    'stop_id',
    rows.map(({ id }) => id),
  );
  return rows.map((row, index) => ({
    ...headOf(row),
    startZone: row.zone,
    endZone: row.zone,
    at: {
      position: { latitude: row.latitude, longitude: row.longitude },
      name: found[index] ?? null,
    },
    isInferred: row.is_inferred === 1,
    isOpen: row.is_open === 1,
    completeness: completeness(row.id),
  }));
}

/** The journeys that began on some days, of one car or of all, in short; the days in their order. */
export async function routesOfDays(
  db: Db,
  { days, names, carId = null }: { days: readonly string[]; names: Names; carId?: number | null },
): Promise<DayRoutes[]> {
  const rows = await db
    .selectFrom('journey')
    .selectAll()
    .where(among('local_day', days))
    .$if(carId !== null, (journeys) => journeys.where('camera_id', '=', carId ?? 0))
    .orderBy('started_at')
    .execute();
  return dayRoutesOf(db, rows, { days, names });
}

async function dayRoutesOf(
  db: Db,
  rows: readonly JourneyRow[],
  { days, names }: { days: readonly string[]; names: Names },
): Promise<DayRoutes[]> {
  const views = await journeyViews(db, rows, names);
  return days.map((day) => ({
    day,
    journeys: rows.flatMap((row, index) => {
      const view = views[index];
      return view && row.local_day === day ? [{ ...view, outline: unpackOutline(row.outline) }] : [];
    }),
  }));
}
