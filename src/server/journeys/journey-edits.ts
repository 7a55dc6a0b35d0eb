import { sql, type Insertable } from 'kysely';
import type { Events } from '../../shared/events.ts';
import type { JourneyPatch } from '../../shared/journeys.ts';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import type { JourneyEditTable } from '../db/schema-journeys.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import { aboutPlan, type AboutPlan } from './about-policy.ts';
import { carsOf, type Car } from './activity-reader.ts';
import { maxMergeMs } from './edits-policy.ts';
import type { JourneyDue } from './journey-due.ts';
import type { JourneyService } from './journey-service.ts';
import type { Span } from './journey-types.ts';
import { journeysIn, type JourneyRow } from './span-rows.ts';
import { readEdits } from './stretch-reader.ts';

export interface JourneyEditsDeps {
  db: Database;
  clock: Clock;
  events: EventBus<Events>;
  due: JourneyDue;
  service: Pick<JourneyService, 'deriveNow'>;
}

/** A part of a journey is at least this long. */
const leastPartMs = 1000;

/** Literal: a bound value would miss the partial index. */
const hasFixes = sql<boolean>`fixes > 0`;

/** What people change of journeys: kept as edits anchored on instants, and carried out at once. */
export class JourneyEdits {
  private readonly deps: JourneyEditsDeps;

  constructor(deps: JourneyEditsDeps) {
    this.deps = deps;
  }

  /** Throws an `AppError('not_found')`. */
  async required(id: number, db: Db = this.deps.db): Promise<JourneyRow> {
    const row = await db.selectFrom('journey').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new AppError('not_found', `There is no journey ${id}.`);
    return row;
  }

  /**
   * The journey of this id, or, when that is gone and an instant of it is known, the one that has this instant now.
   * Throws an `AppError('not_found')`, also when it is in journeys of several cars.
   */
  async found(id: number, at: number | undefined): Promise<JourneyRow> {
    const { db } = this.deps;
    const row = await db.selectFrom('journey').selectAll().where('id', '=', id).executeTakeFirst();
    if (row || at === undefined) return row ?? this.required(id);
    const cars = new Map([...(await carsOf(db)).values()].map((car) => [car.id, car]));
    const rows: JourneyRow[] = [];
    for (const car of cars.values())
      rows.push(...(await journeysIn(db, car, { from: at, to: at })).filter((each) => each.ended_at >= at));
    const [only] = rows;
    return only && rows.length === 1 ? only : this.required(id);
  }

  async describe(id: number, patch: JourneyPatch): Promise<JourneyRow> {
    const { db, events } = this.deps;
    const row = await db.transaction().execute(async (trx) => {
      const journey = await this.required(id, trx);
      const car = await this.carOf(trx, journey);
      const span = { from: journey.started_at, to: journey.ended_at };
      const plan = aboutPlan(
        { ...span, isEdited: journey.is_edited === 1 },
        await readEdits(trx, car, span),
        patch,
      );
      await this.carryOut(trx, car, plan);
      await trx.updateTable('journey').set(plan.shown).where('id', '=', id).execute();
      return { ...journey, ...plan.shown };
    });
    events.emit('journeys.changed', { localDays: [...new Set([row.local_day, row.last_local_day])] });
    return row;
  }

  private async carryOut(trx: Db, car: Car, { forget, clear, add }: AboutPlan): Promise<void> {
    if (forget.length > 0) await trx.deleteFrom('journey_edit').where(among('id', forget)).execute();
    const nothing = Object.fromEntries(clear.keys.map((key) => [key, null]));
    if (clear.ids.length > 0 && clear.keys.length > 0)
      await trx.updateTable('journey_edit').set(nothing).where(among('id', clear.ids)).execute();
    const { at, toAt, ...about } = add;
    await this.add(trx, car, { kind: 'about', at, to_at: toAt, ...about });
  }

  /** Throws an `AppError` when they are of two cars, do not follow each other, or lie too far apart. */
  async merge(ids: readonly number[]): Promise<JourneyRow> {
    const { db } = this.deps;
    const { span, car } = await db.transaction().execute(async (trx) => {
      const rows = await this.mergeable(trx, ids);
      const car = await this.carOf(trx, rows[0]);
      const span = { from: rows[0].started_at, to: Math.max(...rows.map((row) => row.ended_at)) };
      await this.forget(trx, car, span);
      const edge = Math.min(
        leastPartMs,
        ...rows.map((row) => Math.floor((row.ended_at - row.started_at) / 4)),
      );
      await this.add(trx, car, { kind: 'merge', at: span.from + edge, to_at: span.to - edge });
      await this.deps.due.add(trx, car.id, span.from, span.to);
      return { span, car };
    });
    const [journey] = await this.derived(car, span);
    if (!journey) throw new AppError('conflict', 'These journeys have just changed: look at them again.');
    return journey;
  }

  private async mergeable(trx: Db, ids: readonly number[]): Promise<[JourneyRow, ...JourneyRow[]]> {
    const wanted = new Set(ids);
    const rows = await trx
      .selectFrom('journey')
      .selectAll()
      .where(among('id', [...wanted]))
      .execute();
    const missing = [...wanted].find((id) => !rows.some((row) => row.id === id));
    if (missing !== undefined) throw new AppError('not_found', `There is no journey ${missing}.`);
    const [first, ...others] = rows.toSorted((a, b) => a.started_at - b.started_at);
    if (!first || others.length === 0)
      throw new AppError('invalid', 'One journey alone cannot be merged: choose two or more.');
    const car = await this.carOf(trx, first);
    if (others.some((row) => !car.cameraIds.includes(row.camera_id)))
      throw new AppError('conflict', 'Journeys of two cars cannot be one.');
    const to = Math.max(...rows.map((row) => row.ended_at));
    if (to - first.started_at > maxMergeMs)
      throw new AppError('conflict', 'These journeys lie more than two weeks apart.');
    const between = await journeysIn(trx, car, { from: first.started_at, to });
    const isOther = (row: JourneyRow) =>
      !wanted.has(row.id) && row.started_at < to && row.ended_at > first.started_at;
    if (between.some(isOther))
      throw new AppError('conflict', 'There are other journeys between these: merge them too.');
    return [first, ...others];
  }

  /** Throws an `AppError('invalid')` when the instant is not well within the journey. */
  async split(id: number, at: number): Promise<JourneyRow[]> {
    const { db } = this.deps;
    const journey = await this.required(id);
    if (at < journey.started_at + leastPartMs || at > journey.ended_at - leastPartMs) {
      const message = 'Choose a moment within the journey.';
      throw new AppError('invalid', message, [{ field: 'at', message }]);
    }
    const span = { from: journey.started_at, to: journey.ended_at };
    const car = await db.transaction().execute(async (trx) => {
      const own = await this.carOf(trx, journey);
      await this.add(trx, own, { kind: 'split', at });
      await this.deps.due.add(trx, own.id, span.from, span.to);
      return own;
    });
    return this.derived(car, span);
  }

  /** Takes back merges and splits that have to do with a journey, also those at its ends. */
  async undo(id: number): Promise<JourneyRow[]> {
    const { db } = this.deps;
    const journey = await this.required(id);
    const car = await this.carOf(db, journey);
    const span = await db.transaction().execute(async (trx) => {
      const taken = await this.forget(trx, car, { from: journey.started_at, to: journey.ended_at });
      await this.deps.due.add(trx, car.id, taken.from, taken.to);
      return taken;
    });
    return this.derived(car, span);
  }

  /** Deletes what was merged or split within a span, its ends included; returns the span that this is about. */
  private async forget(trx: Db, { cameraIds }: Car, span: Span): Promise<Span> {
    const edits = await trx
      .selectFrom('journey_edit')
      .select(['id', 'kind', 'at', 'to_at'])
      .where('camera_id', 'in', cameraIds)
      .where('kind', 'in', ['merge', 'split'])
      .where('at', '>=', span.from - maxMergeMs)
      .where('at', '<=', span.to)
      .execute();
    const taken = edits.filter((edit) => (edit.to_at ?? edit.at) >= span.from);
    await trx
      .deleteFrom('journey_edit')
      .where(
        among(
          'id',
          taken.map((edit) => edit.id),
        ),
      )
      .execute();
    return {
      from: Math.min(span.from, ...taken.map((edit) => edit.at)),
      to: Math.max(span.to, ...taken.map((edit) => edit.to_at ?? edit.at)),
    };
  }

  private async add(
    trx: Db,
    car: Car,
    edit: Omit<Insertable<JourneyEditTable>, 'camera_id' | 'capture_id' | 'to_capture_id' | 'created_at'>,
  ): Promise<void> {
    const { at, to_at: toAt = null } = edit;
    const anchors = {
      capture_id: await captureAt(trx, car, at),
      to_capture_id: toAt === null ? null : await captureAt(trx, car, toAt),
    };
    await trx
      .insertInto('journey_edit')
      .values({ ...edit, ...anchors, camera_id: car.id, created_at: this.deps.clock.now() })
      .execute();
  }

  private async derived(car: Car, span: Span): Promise<JourneyRow[]> {
    await this.deps.service.deriveNow(car.id, span);
    const rows = await journeysIn(this.deps.db, car, span);
    return rows.filter((row) => row.started_at < span.to && row.ended_at > span.from);
  }

  private async carOf(db: Db, { camera_id: id }: Pick<JourneyRow, 'camera_id'>): Promise<Car> {
    return (await carsOf(db)).get(id) ?? { id, cameraIds: [id] };
  }
}

/** The last capture with positions that began by then: what is said of that moment is said of it. */
async function captureAt(db: Db, { cameraIds }: Car, at: number): Promise<number | null> {
  let last: { capture_id: number; started_at: number } | null = null;
  for (const cameraId of cameraIds) {
    const track = await db
      .selectFrom('track')
      .select(['capture_id', 'started_at'])
      .where('camera_id', '=', cameraId)
      .where('started_at', '<=', at)
      .where(hasFixes)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (track && (last === null || track.started_at > last.started_at)) last = track;
  }
  return last?.capture_id ?? null;
}
