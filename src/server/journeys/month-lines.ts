import type { MapMonth, MapMonths } from '../../shared/map-months.ts';
import { encodeLine } from '../../shared/polyline.ts';
import type { Database, Db } from '../db/open.ts';
import { simplifyAt, type Pair } from './line-policy.ts';
import { unpackOutline } from './row-policy.ts';

/** Raised when a month comes out otherwise of the same rows. */
const form = 1;
/** Rough lines are for this zoom and those below. */
const roughZoom = 11;

const versionOf = (version: number): string => `${form}-${version.toString(36)}`;

/** The months that have something to draw, newest first. Reads as many rows as there are months. */
export async function mapMonths(db: Db): Promise<MapMonths> {
  const rows = await db
    .selectFrom('journey_month')
    .selectAll()
    .where((eb) => eb.or([eb('journeys', '>', 0), eb('stops', '>', 0)]))
    .orderBy('month', 'desc')
    .execute();
  return {
    months: rows.map(({ month, journeys, distance_m, version }) => ({
      month,
      version: versionOf(version),
      journeys,
      distanceM: distance_m,
    })),
  };
}

/** The version of a month's contents now; null when it has none. */
export async function monthVersion(db: Db, month: string): Promise<string | null> {
  const row = await db
    .selectFrom('journey_month')
    .select('version')
    .where('month', '=', month)
    .executeTakeFirst();
  return row ? versionOf(row.version) : null;
}

/** What is drawn of a month. Reads the rows of that month. */
export async function mapMonth(db: Database, month: string): Promise<MapMonth> {
  const found = await db.transaction().execute(async (trx) => ({
    version: await monthVersion(trx, month),
    journeys: await journeysOf(trx, month),
    stops: await stopsOf(trx, month),
  }));
  const { version, journeys, stops } = found;
  const zones = [...new Set(journeys.map((row) => row.start_zone))];
  return {
    month,
    version: version ?? versionOf(0),
    zones,
    journeys: {
      id: journeys.map((row) => row.id),
      cameraId: journeys.map((row) => row.camera_id),
      startedAt: journeys.map((row) => row.started_at),
      lengthMs: journeys.map((row) => row.ended_at - row.started_at),
      distanceM: journeys.map((row) => Math.round(row.distance_m)),
      zone: journeys.map((row) => zones.indexOf(row.start_zone)),
      isTriage: journeys.map((row) => row.is_triage),
      line: journeys.map((row) => encodeLine(roughLine(row.outline))),
    },
    stops: {
      id: stops.map((row) => row.id),
      cameraId: stops.map((row) => row.camera_id),
      startedAt: stops.map((row) => row.started_at),
      lengthMs: stops.map((row) => row.ended_at - row.started_at),
      position: stops.map((row) => encodeLine([[row.longitude, row.latitude]])),
    },
  };
}

function roughLine(outline: Uint8Array): Pair[] {
  const points = unpackOutline(outline).map(([longitude, latitude]) => ({ longitude, latitude }));
  return simplifyAt(points, roughZoom).map(({ longitude, latitude }) => [longitude, latitude]);
}

const lastDayOf = (month: string): string => `${month}-31`;

function journeysOf(db: Db, month: string) {
  return db
    .selectFrom('journey')
    .select(['id', 'camera_id', 'started_at', 'ended_at', 'distance_m', 'start_zone', 'is_triage', 'outline'])
    .where('local_day', '>=', `${month}-01`)
    .where('local_day', '<=', lastDayOf(month))
    .orderBy('local_day')
    .orderBy('started_at')
    .orderBy('id')
    .execute();
}

function stopsOf(db: Db, month: string) {
  return db
    .selectFrom('stop')
    .select(['id', 'camera_id', 'started_at', 'ended_at', 'longitude', 'latitude'])
    .where('local_day', '>=', `${month}-01`)
    .where('local_day', '<=', lastDayOf(month))
    .orderBy('local_day')
    .orderBy('started_at')
    .orderBy('id')
    .execute();
}
