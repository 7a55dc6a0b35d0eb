import { sql } from 'kysely';
import type { Capture } from '../../shared/clips.ts';
import type { DayJourneys } from '../../shared/journeys.ts';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import type { CaptureRow, ClipRow } from '../db/schema.ts';
import { carsOf } from './activity-reader.ts';
import { dayItems } from './day-items-policy.ts';
import { journeyViews, stopViews, type Names } from './journey-views.ts';
import type { JourneyRow, StopRow } from './span-rows.ts';

export interface FoundCapture {
  capture: CaptureRow;
  clips: ClipRow[];
}

export interface DayJourneysDeps {
  db: Database;
  names: Names;
  /** Captures with their clips as the API shows them, in the same order. */
  captureViews: (found: readonly FoundCapture[]) => Promise<Capture[]>;
  sessionGapMs: () => number;
}

/** A day's journeys and stops with their captures; every capture of the day is in one item. */
export async function dayJourneys(deps: DayJourneysDeps, day: string): Promise<DayJourneys> {
  const { db, names } = deps;
  const ofDay = await db.selectFrom('capture').selectAll().where('local_day', '=', day).execute();
  const journeys = await journeysOfDay(db, day, idsOf(ofDay, 'journey_id'));
  const stops = await stopsOfDay(db, day, idsOf(ofDay, 'stop_id'));
  const captures = await withTheirs(db, ofDay, journeys);
  const clips = await clipsOf(db, captures);
  const found = captures.flatMap((capture) => {
    const own = clips.get(capture.id) ?? [];
    return own.length === 0 ? [] : [{ capture, clips: own }];
  });
  const views = await deps.captureViews(found);
  const items = dayItems(
    {
      journeys: await journeyViews(db, journeys, names),
      stops: await stopViews(db, stops, names),
      captures: found.flatMap(({ capture }, index) => {
        const view = views[index];
        return view ? [{ view, journeyId: capture.journey_id, stopId: capture.stop_id }] : [];
      }),
    },
    deps.sessionGapMs(),
  );
  const captureIds = inOrder(ofDay).flatMap(({ id }) => (clips.has(id) ? [id] : []));
  return { day, isPending: await isPending(db, day), captureIds, items };
}

const idsOf = (captures: readonly CaptureRow[], column: 'journey_id' | 'stop_id'): number[] => [
  ...new Set(captures.flatMap((capture) => capture[column] ?? [])),
];

/** Journeys that lie on a day where they are, and others that captures of the day belong to. */
export async function journeysOfDay(db: Db, day: string, ids: readonly number[] = []): Promise<JourneyRow[]> {
  const rows = [
    ...(await db.selectFrom('journey').selectAll().where('local_day', '=', day).execute()),
    ...(await db.selectFrom('journey').selectAll().where('last_local_day', '=', day).execute()),
    ...(ids.length === 0 ? [] : await db.selectFrom('journey').selectAll().where(among('id', ids)).execute()),
    ...(await longOnes(db, 'journey', day)),
  ];
  return inOrder(rows);
}

/** Stops likewise. */
export async function stopsOfDay(db: Db, day: string, ids: readonly number[] = []): Promise<StopRow[]> {
  const rows = [
    ...(await db.selectFrom('stop').selectAll().where('local_day', '=', day).execute()),
    ...(await db.selectFrom('stop').selectAll().where('last_local_day', '=', day).execute()),
    ...(ids.length === 0 ? [] : await db.selectFrom('stop').selectAll().where(among('id', ids)).execute()),
    ...(await longOnes(db, 'stop', day)),
  ];
  return inOrder(rows);
}

/** What began before a day and ends after it: of each car the last that began before, for they follow each other. */
async function longOnes<T extends 'journey' | 'stop'>(
  db: Db,
  table: T,
  day: string,
): Promise<(T extends 'journey' ? JourneyRow : StopRow)[]> {
  const middle = Date.parse(`${day}T12:00:00Z`);
  const rows: unknown[] = [];
  for (const cameraId of new Set([...(await carsOf(db)).values()].map((car) => car.id))) {
    const row = await db
      .selectFrom(table as 'stop')
      .selectAll()
      .where('camera_id', '=', cameraId)
      .where('started_at', '<', middle)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row && row.local_day < day && row.last_local_day > day) rows.push(row);
  }
  return rows as (T extends 'journey' ? JourneyRow : StopRow)[];
}

const inOrder = <T extends { id: number; started_at: number }>(rows: readonly T[]): T[] =>
  [...new Map(rows.map((row) => [row.id, row])).values()].toSorted(
    (a, b) => a.started_at - b.started_at || a.id - b.id,
  );

/** With those of the journeys that were recorded on another day. */
async function withTheirs(
  db: Db,
  ofDay: readonly CaptureRow[],
  journeys: readonly JourneyRow[],
): Promise<CaptureRow[]> {
  const ids = journeys.map(({ id }) => id);
  if (ids.length === 0) return inOrder(ofDay);
  const theirs = await db.selectFrom('capture').selectAll().where(among('journey_id', ids)).execute();
  return inOrder([...ofDay, ...theirs]);
}

async function clipsOf(db: Db, captures: readonly CaptureRow[]): Promise<Map<number, ClipRow[]>> {
  const rows = await db
    .selectFrom('clip')
    .selectAll()
    .where(
      among(
        'capture_id',
        captures.map(({ id }) => id),
      ),
    )
    .orderBy('id')
    .execute();
  const clips = new Map<number, ClipRow[]>();
  for (const row of rows) {
    const list = clips.get(row.capture_id);
    if (list) list.push(row);
    else clips.set(row.capture_id, [row]);
  }
  return clips;
}

/** Something is due of that day, where clocks are: half a day more on either side. */
async function isPending(db: Db, day: string): Promise<boolean> {
  const begin = Date.parse(`${day}T00:00:00Z`);
  const halfDayMs = 12 * 60 * 60_000;
  const cameras = [...(await carsOf(db)).keys()];
  const due = await db
    .selectFrom('journey_due')
    .select('id')
    .where('camera_id', 'in', cameras)
    // None is longer than two days.
    .where('from_at', '>=', begin - 5 * halfDayMs)
    .where('from_at', '<=', begin + 3 * halfDayMs)
    .where('to_at', '>=', begin - halfDayMs)
    .limit(1)
    .executeTakeFirst();
  if (due) return true;
  const unread = await db
    .selectFrom('clip')
    .select('id')
    .where('local_day', '=', day)
    .where(sql<boolean>`track_due = 1 and state = 'archived'`)
    .where('started_at', '>=', begin - 2 * halfDayMs)
    .where('started_at', '<=', begin + 4 * halfDayMs)
    .limit(1)
    .executeTakeFirst();
  return unread !== undefined;
}
