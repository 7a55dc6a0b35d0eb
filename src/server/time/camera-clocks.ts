import type { Events } from '../../shared/events.ts';
import type {
  CameraClock,
  CameraClockPatch,
  ClockShift,
  ClockShiftInput,
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

  /** Throws an `AppError('not_found')`. Cost: a count over the camera's captures. */
  async get(cameraId: number): Promise<CameraClock> {
    const { db } = this.deps;
    const camera = await this.camera(db, cameraId);
    const shifts = await shiftsOf(db, cameraId);
    return { ...(await this.view(camera, shifts)), captures: await countsOf(db, cameraId) };
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

  async addShift(cameraId: number, input: ClockShiftInput): Promise<CameraClock> {
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
    return this.get(cameraId);
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
  ): Promise<Omit<CameraClock, 'captures'>> {
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
