import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Events } from '../../shared/events.ts';
import type { Settings } from '../../shared/settings.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import { Doorbell, sleep } from '../lib/abort.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { carsOf, type Car } from './activity-reader.ts';
import type { JourneyDue } from './journey-due.ts';
import type { JourneyRules, Span } from './journey-types.ts';
import { writeStretch } from './journey-writer.ts';
import { fingerprintOf, rulesOf } from './rules-policy.ts';
import { readStretch } from './stretch-reader.ts';

export interface JourneyServiceDeps {
  db: Database;
  events: EventBus<Events>;
  log: Logger;
  due: JourneyDue;
  settings: () => Settings;
  /** Finds the places of new or changed stops, in the transaction that wrote them. */
  assignPlaces: (trx: Db, stopIds: number[]) => Promise<void>;
  pace?: Partial<JourneyPace>;
}

/** Waits in ms. */
export interface JourneyPace {
  /** After something is due, for more of it to come. */
  gatherMs: number;
  /** Between looks for what was noted without telling. */
  lookMs: number;
  /** After an error. */
  retryMs: number;
}

const defaultPace: JourneyPace = { gatherMs: 300, lookMs: 20_000, retryMs: 30_000 };
/** Due spans that are read at once, and how much time of a car is derived in one go. */
const rowsAtOnce = 1000;
const stretchMs = 24 * 60 * 60_000;

interface DueStretch extends Span {
  car: Car;
  rowIds: number[];
}

/**
 * Derives journeys and stops anew wherever positions, instants or captures changed: newest first, a stretch in a
 * transaction. What is due is in the database: an end of the program costs nothing.
 */
export class JourneyService implements Component {
  private readonly deps: JourneyServiceDeps;
  private readonly pace: JourneyPace;
  private readonly abort = new AbortController();
  private readonly bell = new Doorbell();
  private running: Promise<void> | null = null;
  private stopListening: (() => void)[] = [];
  /** One stretch at a time, whoever asks for it. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(deps: JourneyServiceDeps) {
    this.deps = deps;
    this.pace = { ...defaultPace, ...deps.pace };
  }

  start(): void {
    const ring = () => this.bell.ring();
    this.deps.due.onAdd(ring);
    // Whoever inserts captures notes it without telling: these follow it.
    this.stopListening = [
      this.deps.events.on('clips.changed', ring),
      this.deps.events.on('clip.archived', ring),
    ];
    this.running = this.loop();
  }

  async stop(): Promise<void> {
    for (const end of this.stopListening) end();
    this.deps.due.onAdd(() => undefined);
    this.abort.abort(new Error('the program ends'));
    await this.running;
  }

  /** Settings are others: it is looked whether journeys are. */
  settingsChanged(): void {
    this.bell.ring();
  }

  /** Whether journeys of any car are still to be derived. */
  async isPending(): Promise<boolean> {
    const row = await this.deps.db.selectFrom('journey_due').select('id').limit(1).executeTakeFirst();
    return row !== undefined;
  }

  /** Derives everything that is due now; for tests and for one run. Throws the signal's reason when it is aborted. */
  async settle(signal: AbortSignal = this.abort.signal): Promise<void> {
    await this.followRules();
    while (await this.deriveNext()) {
      await yieldToOthers();
      signal.throwIfAborted();
    }
  }

  /** Derives the journeys of a camera's car around a span at once, before anything else that is due. */
  async deriveNow(cameraId: number, span: Span): Promise<void> {
    const car = (await carsOf(this.deps.db)).get(cameraId);
    if (car) await this.inTurn(() => this.derive({ ...span, car, rowIds: [] }));
  }

  private async loop(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      try {
        await this.settle(signal);
        await this.bell.wait(this.pace.lookMs, signal);
        await sleep(this.pace.gatherMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.deps.log.error({ err: error }, 'journeys could not be derived');
        await sleep(this.pace.retryMs, signal);
      }
    }
  }

  /** When the rules are others than those that all journeys were derived by, all are due. */
  private async followRules(): Promise<void> {
    const { db, due, settings } = this.deps;
    const wanted = fingerprintOf(rulesOf(settings()));
    if ((await readAppState(db, 'journeys.rules')) === wanted) return;
    await db.transaction().execute(async (trx) => {
      const cameras = await trx.selectFrom('camera').select('id').execute();
      await due.addAll(
        trx,
        cameras.map(({ id }) => id),
      );
      await writeAppState(trx, 'journeys.rules', wanted);
    });
  }

  private async deriveNext(): Promise<boolean> {
    return this.inTurn(async () => {
      const next = await this.nextDue();
      if (!next) return false;
      await this.derive(next);
      return true;
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** The newest that is due of any car, with what lies near it. */
  private async nextDue(): Promise<DueStretch | null> {
    const { db } = this.deps;
    const cars = await carsOf(db);
    const cameraId = await this.newestCamera();
    if (cameraId === null) return null;
    const car = cars.get(cameraId);
    if (!car) {
      // A camera that was removed has no journeys.
      await db.deleteFrom('journey_due').where('camera_id', '=', cameraId).execute();
      return this.nextDue();
    }
    const rows = await db
      .selectFrom('journey_due')
      .selectAll()
      .where('camera_id', '=', cameraId)
      .orderBy('from_at', 'desc')
      .limit(rowsAtOnce)
      .execute();
    const { span, rowIds } = this.gather(rows);
    // What is due of another camera of the car in that time is done with it.
    const others = await db
      .selectFrom('journey_due')
      .select('id')
      .where('camera_id', 'in', car.cameraIds)
      .where('from_at', '>=', span.from)
      .where('from_at', '<=', span.to)
      .where('to_at', '<=', span.to)
      .limit(rowsAtOnce)
      .execute();
    return { ...span, car, rowIds: [...new Set([...rowIds, ...others.map(({ id }) => id)])] };
  }

  private async newestCamera(): Promise<number | null> {
    const rows = await this.deps.db
      .selectFrom('journey_due')
      .select((eb) => ['camera_id', eb.fn.max('from_at').as('at')])
      .groupBy('camera_id')
      .execute();
    return rows.toSorted((a, b) => b.at - a.at)[0]?.camera_id ?? null;
  }

  private gather(rows: readonly { id: number; from_at: number; to_at: number }[]): {
    span: Span;
    rowIds: number[];
  } {
    const { sessionGapMs } = this.rules();
    const span = { from: rows[0]?.from_at ?? 0, to: rows[0]?.to_at ?? 0 };
    const rowIds: number[] = [];
    for (const row of rows) {
      const isNear = row.to_at >= span.from - sessionGapMs && span.to - row.from_at <= stretchMs;
      if (rowIds.length > 0 && !isNear) break;
      span.from = Math.min(span.from, row.from_at);
      span.to = Math.max(span.to, row.to_at);
      rowIds.push(row.id);
    }
    return { span, rowIds };
  }

  private async derive({ car, rowIds, ...due }: DueStretch): Promise<void> {
    const { db, events, assignPlaces } = this.deps;
    const stretch = await readStretch(db, car, due, this.rules());
    const { localDays } = await db.transaction().execute(async (trx) => {
      const written = await writeStretch(trx, stretch);
      if (written.stopIds.length > 0) await assignPlaces(trx, written.stopIds);
      await this.forget(trx, rowIds);
      return written;
    });
    if (localDays.size > 0) events.emit('journeys.changed', { localDays: [...localDays].toSorted() });
  }

  private async forget(db: Db, rowIds: readonly number[]): Promise<void> {
    if (rowIds.length > 0) await db.deleteFrom('journey_due').where(among('id', rowIds)).execute();
  }

  private rules(): JourneyRules {
    return rulesOf(this.deps.settings());
  }
}
