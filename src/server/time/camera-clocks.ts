import { sql } from 'kysely';
import type { Events } from '../../shared/events.ts';
import type {
  CameraClock,
  CameraClockPatch,
  ClockShift,
  ClockShiftInput,
  DoubtfulDay,
  ShiftedClock,
  ShiftReach,
  TimeConfidence,
} from '../../shared/clock.ts';
import type { Database, Db } from '../db/open.ts';
import type { ClockShiftRow } from '../db/schema-journeys.ts';
import type { CameraRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import { isZone, localTextOf, wallOf } from '../lib/zones.ts';
import { hearAgain, lastFix, votesOf, withJob, type ClockBook } from './clock-book-policy.ts';
import { readBook } from './clock-book.ts';
import { reasonOf } from './gps-clock-policy.ts';
import { saveBook, type TimeKeeper } from './time-keeper.ts';
import { clockErrorOf } from './time-policy.ts';
import { clockFactsOf, shiftsOf } from './time-reader.ts';

export interface CameraClockDeps {
  db: Database;
  keeper: Pick<TimeKeeper, 'clocksOf' | 'zones'>;
  events: EventBus<Events>;
  clock: Clock;
  /** IANA, of this installation. */
  zone: string;
  /** Something is to be worked out anew. */
  onDue: () => void;
}

const maxShifts = 100;

/** What people see of a camera's clock, and what they say of it. */
export class CameraClocksService {
  private readonly deps: CameraClockDeps;

  constructor(deps: CameraClockDeps) {
    this.deps = deps;
  }

  /** Throws an `AppError('not_found')`. Cost: a count over the camera's captures, twice where some are in doubt. */
  async get(cameraId: number): Promise<CameraClock> {
    const { db } = this.deps;
    const camera = await this.camera(db, cameraId);
    const shifts = await shiftsOf(db, cameraId);
    const captures = await countsOf(db, cameraId);
    const doubtfulDays = captures.doubtful > 0 ? await doubtfulDaysOf(db, cameraId) : [];
    return { ...(await this.view(camera, shifts)), captures, doubtfulDays };
  }

  /** What was said by hand goes before what the clips say; null takes it back. */
  async update(cameraId: number, patch: CameraClockPatch): Promise<CameraClock> {
    const { zone, gpsClock } = patch;
    if (typeof zone === 'string' && !isZone(zone))
      throw new AppError('invalid', 'Neither a time zone nor an offset.', [
        { field: 'zone', message: 'Give a zone such as Europe/London, or an offset such as UTC+02:00.' },
      ]);
    await this.change(cameraId, async (trx, camera, book) => {
      const isOtherZone = zone !== undefined && zone !== camera.zone;
      const isOtherClock = gpsClock !== undefined && gpsClock !== camera.gps_clock_set;
      if (!isOtherZone && !isOtherClock) return null;
      const set = { ...(isOtherZone && { zone }), ...(isOtherClock && { gps_clock_set: gpsClock }) };
      await trx.updateTable('camera').set(set).where('id', '=', cameraId).execute();
      const heard = hearAgain(book, isOtherZone ? zone : camera.zone, this.deps.keeper.zones);
      return withJob(heard, { from: null, to: null, afresh: isOtherZone });
    });
    return this.get(cameraId);
  }

  /** Throws an `AppError('conflict')` when there are too many. Cost: a count over at most 10,000 recordings, beside `get`. */
  async addShift(cameraId: number, input: ClockShiftInput): Promise<ShiftedClock> {
    const [from, to] = [named(input.fromLocal), named(input.toLocal)];
    await this.change(cameraId, async (trx, _camera, book) => {
      if ((await shiftsOf(trx, cameraId)).length >= maxShifts)
        throw new AppError('conflict', `A camera has at most ${maxShifts} shifts.`);
      const row = { camera_id: cameraId, from_local: from, to_local: to, shift_ms: input.shiftMs };
      await trx
        .insertInto('clock_shift')
        .values({ ...row, created_at: this.deps.clock.now() })
        .execute();
      return withJob(book, { from, to, afresh: true });
    });
    const clock = await this.get(cameraId);
    const reach = await reachOf(this.deps.db, cameraId, { from, to });
    // Records with the camera's own clock were as wrong as it was, and move with it.
    return { ...clock, added: { ...reach, byGps: clock.gpsClock === 'local' ? 0 : reach.byGps } };
  }

  async removeShift(cameraId: number, shiftId: number): Promise<void> {
    await this.change(cameraId, async (trx, _camera, book) => {
      const [row] = await trx
        .deleteFrom('clock_shift')
        .where('id', '=', shiftId)
        .where('camera_id', '=', cameraId)
        .returningAll()
        .execute();
      if (!row) throw new AppError('not_found', 'There is no such shift.');
      return withJob(book, { from: row.from_local, to: row.to_local, afresh: true });
    });
  }

  private async change(
    cameraId: number,
    apply: (trx: Db, camera: CameraRow, book: ClockBook) => Promise<ClockBook | null>,
  ): Promise<void> {
    const { db, events, onDue } = this.deps;
    const isChanged = await db.transaction().execute(async (trx) => {
      const camera = await this.camera(trx, cameraId);
      const book = await apply(trx, camera, readBook(camera.gps_clock_evidence));
      if (book) await saveBook(trx, cameraId, book);
      return book !== null;
    });
    if (!isChanged) return;
    onDue();
    events.emit('clock.changed', { cameraId });
  }

  private async camera(db: Db, cameraId: number): Promise<CameraRow> {
    const row = await db.selectFrom('camera').selectAll().where('id', '=', cameraId).executeTakeFirst();
    if (!row) throw new AppError('not_found', 'There is no such camera.');
    return row;
  }

  private async view(
    camera: CameraRow,
    shifts: readonly ClockShiftRow[],
  ): Promise<Omit<CameraClock, 'captures' | 'doubtfulDays'>> {
    const { db, keeper, zone } = this.deps;
    const facts = await clockFactsOf(db, camera);
    const { book } = facts;
    const last = lastFix(book);
    const observed = last && clockErrorOf(last, keeper.clocksOf(facts), keeper.zones);
    const votes = votesOf(book.eras.at(-1), camera.zone, keeper.zones);
    return {
      cameraId: camera.id,
      gpsClock: camera.gps_clock_set ?? camera.gps_clock,
      isGpsClockSet: camera.gps_clock_set !== null,
      gpsClockReason: reasonOf(camera.gps_clock, votes),
      zone: camera.zone,
      installationZone: zone,
      observedOffsetMinutes: observed?.offsetMinutes ?? null,
      observedErrorMs: observed?.errorMs ?? null,
      shifts: shifts.map(shiftView),
      isPending: camera.clock_due === 1,
    };
  }
}

const named = (localStart: string | null): string | null =>
  localStart === null ? null : localTextOf(wallOf(localStart));

const shiftView = (row: ClockShiftRow): ClockShift => ({
  id: row.id,
  fromLocal: row.from_local,
  toLocal: row.to_local,
  shiftMs: row.shift_ms,
  createdAt: row.created_at,
});

const reachCounted = 10_000;

/** How many captures are named from then to then, both included, and how many of them have their time from GPS. */
async function reachOf(
  db: Db,
  cameraId: number,
  { from, to }: { from: string | null; to: string | null },
): Promise<ShiftReach> {
  const within = db
    .selectFrom('capture')
    .select('id')
    .where('camera_id', '=', cameraId)
    .$if(from !== null, (query) => query.where('local_start', '>=', from ?? ''))
    .$if(to !== null, (query) => query.where('local_start', '<=', to ?? ''))
    .orderBy('local_start', 'desc')
    .limit(reachCounted + 1);
  const { captures, byGps } = await db
    .selectFrom(within.as('named'))
    .select([
      (eb) => eb.fn.countAll<number>().as('captures'),
      sql<number>`coalesce(sum(exists (select 1 from clip where clip.capture_id = named.id and clip.time_source = 'gps')), 0)`.as(
        'byGps',
      ),
    ])
    .executeTakeFirstOrThrow();
  return { captures, byGps, isAll: captures <= reachCounted };
}

async function countsOf(db: Db, cameraId: number): Promise<CameraClock['captures']> {
  const rows = await db
    .selectFrom('capture')
    .select((eb) => ['time_confidence', eb.fn.countAll<number>().as('count')])
    .where('camera_id', '=', cameraId)
    .groupBy('time_confidence')
    .execute();
  const counts = new Map(rows.map((row) => [row.time_confidence, row.count]));
  const of = (confidence: TimeConfidence) => counts.get(confidence) ?? 0;
  return { sure: of('sure'), likely: of('likely'), assumed: of('assumed'), doubtful: of('doubtful') };
}

const maxDoubtfulDays = 20;

const doubtfulDaysOf = (db: Db, cameraId: number): Promise<DoubtfulDay[]> =>
  db
    .selectFrom('capture')
    .select((eb) => [
      'local_day as localDay',
      eb.fn.countAll<number>().as('captures'),
      eb.fn.min('local_start').as('fromLocal'),
      eb.fn.max('local_start').as('toLocal'),
    ])
    .where('camera_id', '=', cameraId)
    .where('time_confidence', '=', 'doubtful')
    .groupBy('local_day')
    .orderBy('local_day', 'desc')
    .limit(maxDoubtfulDays)
    .execute();
