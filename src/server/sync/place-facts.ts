import { sql, type SqlBool } from 'kysely';
import { wantedStates } from '../archive/clip-states.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { ParkedFacts, ParkedStop, Drive, PlacedClip } from './place-rules-policy.ts';

const columns = [
  'clip.id',
  'clip.camera_id',
  'clip.capture_id',
  'clip.local_day',
  'clip.started_at',
  'clip.kind',
  'clip.channel',
  'clip.container',
  'clip.state',
  'clip.state_reason',
  'clip.locked',
  'clip.kept',
  'clip.rank',
  'clip.place_released_at',
  'clip.remote_path',
  'clip.remote_gone_at',
] as const;

const isWanted = sql<SqlBool>`clip.state in (${sql.join(wantedStates.map((state) => sql.lit(state)))})`;
/** As the partial index `clip_skipped` has it. */
const isSkipped = sql<SqlBool>`clip.state = 'skipped' and clip.remote_gone_at is null and clip.remote_path is not null`;

/** A stop, or the last before, may reach into what is looked at from long ago; a clip is not longer than this. */
const clipMs = 60 * 60_000;
const tailMs = 1_200_000;

/** The cameras of a car, and the one whose id its rows carry. */
export interface PlaceCar {
  id: number;
  cameraIds: number[];
}

/** Cameras with the same name of a vehicle are one car. */
export async function placeCars(db: Db): Promise<PlaceCar[]> {
  const cars = new Map<string, PlaceCar>();
  for (const { id, vehicle } of await db
    .selectFrom('camera')
    .select(['id', 'vehicle'])
    .orderBy('id')
    .execute()) {
    const key = vehicle === null || vehicle === '' ? `camera ${id}` : `car ${vehicle}`;
    const car = cars.get(key) ?? { id, cameraIds: [] };
    car.cameraIds.push(id);
    cars.set(key, car);
  }
  return [...cars.values()];
}

/** Days with clips of a car that a rule by place may skip, or has skipped. Bounded by its cards. */
export async function daysInQuestion(db: Db, { cameraIds }: PlaceCar): Promise<string[]> {
  const days = new Set<string>();
  for (const cameraId of cameraIds) {
    const of = () => db.selectFrom('clip').select('local_day').distinct().where('camera_id', '=', cameraId);
    for (const row of await of().where(isWanted).execute()) days.add(row.local_day);
    const skipped = of().where(isSkipped).where('state_reason', '=', 'place');
    for (const row of await skipped.execute()) days.add(row.local_day);
  }
  return [...days];
}

/** The clips in question on one day. */
export async function clipsInQuestion(db: Db, car: PlaceCar, day: string): Promise<PlacedClip[]> {
  return db
    .selectFrom('clip')
    .select(columns)
    .where('clip.camera_id', 'in', car.cameraIds)
    .where('clip.local_day', '=', day)
    .where((eb) => eb.or([isWanted, eb.and([isSkipped, eb('clip.state_reason', '=', 'place')])]))
    .execute();
}

/** All that decides about what a car recorded between two instants. */
export async function parkedFacts(
  db: Db,
  car: PlaceCar,
  { from, to, now }: { from: number; to: number; now: number },
): Promise<ParkedFacts> {
  const stops = await stopsOf(db, car, from, to);
  const first = Math.min(stops[0]?.from ?? from, from) - clipMs;
  return {
    stops,
    drives: await drivesOf(db, car, first, to),
    driven: await drivenOf(db, car, first, to),
    parked: await parkedStarts(db, car, stops),
    now,
  };
}

/** Those that begin in the stretch, and the last before: stops of a car do not overlap. */
async function stopsOf(db: Db, car: PlaceCar, from: number, to: number): Promise<ParkedStop[]> {
  const stops = () =>
    db
      .selectFrom('stop')
      .leftJoin('place', 'place.id', 'stop.place_id')
      .select(['stop.started_at', 'stop.ended_at', 'stop.is_open', 'place.skip_parked'])
      .where('stop.camera_id', '=', car.id);
  const before = stops().where('stop.started_at', '<', from).orderBy('stop.started_at', 'desc').limit(1);
  const within = stops().where('stop.started_at', '>=', from).where('stop.started_at', '<=', to);
  const rows = [...(await before.execute()), ...(await within.orderBy('stop.started_at').execute())];
  return rows.map((row) => ({
    from: row.started_at,
    to: row.ended_at,
    isOpen: row.is_open === 1,
    skips: row.skip_parked === 1,
  }));
}

async function drivesOf(db: Db, car: PlaceCar, from: number, to: number): Promise<Drive[]> {
  const drives = () =>
    db
      .selectFrom('journey')
      .select(['started_at', 'ended_at', 'shown_from', 'shown_to'])
      .where('camera_id', '=', car.id);
  const before = drives().where('started_at', '<', from).orderBy('started_at', 'desc').limit(1);
  const within = drives()
    .where('started_at', '>=', from)
    .where('started_at', '<=', to + clipMs);
  const rows = [...(await before.execute()), ...(await within.orderBy('started_at').execute())];
  return rows.map((row) => ({
    from: row.started_at,
    to: row.ended_at,
    shownFrom: row.shown_from,
    shownTo: row.shown_to,
  }));
}

/** Few while the car stands; what of them has no track yet may still get one. */
async function drivenOf(db: Db, car: PlaceCar, from: number, to: number): Promise<ParkedFacts['driven']> {
  const rows = await db
    .selectFrom('capture')
    .select(['id', 'started_at'])
    .where('camera_id', 'in', car.cameraIds)
    .where('started_at', '>=', from)
    .where('started_at', '<=', to)
    .where('kind', 'in', ['normal', 'event', 'unclassified'])
    .orderBy('started_at')
    .execute();
  const ids = rows.map((row) => row.id);
  const pending = await pendingOf(db, ids);
  return rows.map(({ id, started_at }) => ({ at: started_at, isPending: pending.has(id) }));
}

/** Captures of which no track is known, and one may come: off the card, or out of the archive. */
async function pendingOf(db: Db, captureIds: readonly number[]): Promise<Set<number>> {
  const open = await db
    .selectFrom('clip')
    .leftJoin('triage', 'triage.clip_id', 'clip.id')
    .select('clip.capture_id')
    .distinct()
    .where(among('clip.capture_id', captureIds))
    .where('clip.channel', '=', 'front')
    .where('clip.container', '!=', 'jpg')
    .where((eb) =>
      eb.or([
        eb.and([
          isWanted,
          eb.or([eb('triage.outcome', 'is', null), eb('triage.outcome', '=', 'unreadable')]),
        ]),
        eb.and([
          eb('clip.state', '=', 'archived'),
          eb('clip.track_due', '=', 1),
          eb('clip.track_error', 'is', null),
        ]),
      ]),
    )
    .execute();
  const known = await db
    .selectFrom('track')
    .select('capture_id')
    .where(among('capture_id', captureIds))
    .where('fixes', '>', 0)
    .execute();
  const pending = new Set(open.map((row) => row.capture_id));
  for (const row of known) pending.delete(row.capture_id);
  return pending;
}

/** When parking footage began soon after the beginning of a stop that skips it. */
async function parkedStarts(db: Db, car: PlaceCar, stops: readonly ParkedStop[]): Promise<number[]> {
  const starts: number[] = [];
  for (const stop of stops.filter((one) => one.skips)) {
    const first = await db
      .selectFrom('capture')
      .select('started_at')
      .where('camera_id', 'in', car.cameraIds)
      .where('started_at', '>=', stop.from)
      .where('started_at', '<=', stop.from + tailMs)
      .where('kind', '=', 'parking')
      .limit(1)
      .executeTakeFirst();
    if (first) starts.push(first.started_at);
  }
  return starts;
}
