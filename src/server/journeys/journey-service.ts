import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { sql, type Selectable } from 'kysely';
import type { Events } from '../../shared/events.ts';
import type { Settings } from '../../shared/settings.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import type { JourneyDueTable } from '../db/schema-journeys.ts';
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
  /** The archive is just being looked through for the first time: what is due is derived once, when it is all there. */
  isFilling?: () => boolean;
  /** Somebody is just looking at the page: stretches follow each other slowly. */
  isAsked?: () => boolean;
  pace?: Partial<JourneyPace>;
}

/** Waits in ms. */
export interface JourneyPace {
  /** After something is due, for more of it to come. */
  gatherMs: number;
  /** Between looks for what was noted without telling. */
  lookMs: number;
  /** Between looks whether the archive is still filling. */
  fillingMs: number;
  /** Between two stretches while somebody looks at the page. */
  giveWayMs: number;
  /** After an error. */
  retryMs: number;
  /** Until a stretch that could not be derived is tried again. */
  asideMs: number;
}

const defaultPace: JourneyPace = {
  gatherMs: 300,
  lookMs: 20_000,
  fillingMs: 1000,
  giveWayMs: 150,
  retryMs: 30_000,
  asideMs: 10 * 60_000,
};
/** Due spans that are read at once: mostly a few lie together. And how much time of a car is derived in one go. */
const rowsAtFirst = 50;
const rowsAtOnce = 1000;
const stretchMs = 24 * 60 * 60_000;
/** So many stretches that fail one after the other are no fault of theirs: all is tried later. */
const maxFailed = 5;

type DueRow = Selectable<JourneyDueTable>;

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
  /** What is derived by; everything that was derived by others is due. */
  private inForce: { rules: JourneyRules; fingerprint: string } | null = null;
  /** Due rows of stretches that could not be derived: others go first. */
  private readonly aside = new Set<number>();
  private asideTimer: NodeJS.Timeout | undefined;
  private failedInARow = 0;

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
    clearTimeout(this.asideTimer);
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

  /**
   * Derives everything that is due now, or until it is over. A stretch that cannot be derived is left for later.
   * Throws the signal's reason when it is aborted, and what went wrong when nothing can be derived.
   */
  async settle(signal: AbortSignal = this.abort.signal, isOver = () => false): Promise<void> {
    while (!isOver() && (await this.deriveNext())) {
      await yieldToOthers();
      signal.throwIfAborted();
      if (this.deps.isAsked?.()) await sleep(this.pace.giveWayMs, signal);
    }
  }

  /** Derives the journeys of a camera's car around a span at once, before anything else that is due. */
  async deriveNow(cameraId: number, span: Span): Promise<void> {
    const car = (await carsOf(this.deps.db)).get(cameraId);
    if (!car) return;
    await this.inTurn(async () => {
      const rules = await this.followRules();
      await this.derive({ ...span, car, rowIds: [] }, rules);
    });
  }

  private isFilling(): boolean {
    return this.deps.isFilling?.() === true;
  }

  private async loop(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      try {
        while (this.isFilling() && !signal.aborted) await sleep(this.pace.fillingMs, signal);
        await this.settle(signal, () => this.isFilling());
        if (this.isFilling()) continue;
        await this.bell.wait(this.pace.lookMs, signal);
        await sleep(this.pace.gatherMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.deps.log.error({ err: error }, 'journeys could not be derived');
        await sleep(this.pace.retryMs, signal);
      }
    }
  }

  /**
   * The rules to derive the next stretch by. When they are others than those of the stretch before, or of all journeys,
   * all are due: noted before any is derived by them, so that rules that are soon set back leave no trace.
   */
  private async followRules(): Promise<JourneyRules> {
    const rules = rulesOf(this.deps.settings());
    const fingerprint = fingerprintOf(rules);
    if (this.inForce?.fingerprint !== fingerprint) {
      await this.noteRules(fingerprint);
      this.inForce = { rules, fingerprint };
    }
    return rules;
  }

  private async noteRules(wanted: string): Promise<void> {
    const { db, due } = this.deps;
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
      const rules = await this.followRules();
      const next = await this.nextDue(rules);
      if (!next) return false;
      try {
        await this.derive(next, rules);
        this.failedInARow = 0;
      } catch (error) {
        this.setAside(next, error);
      }
      return true;
    });
  }

  /** One stretch that cannot be derived keeps no other from it. */
  private setAside({ rowIds, from, to, car }: DueStretch, error: unknown): void {
    for (const id of rowIds) this.aside.add(id);
    this.asideTimer ??= setTimeout(() => {
      this.asideTimer = undefined;
      this.aside.clear();
      this.bell.ring();
    }, this.pace.asideMs).unref();
    if (++this.failedInARow >= maxFailed) {
      this.failedInARow = 0;
      throw error;
    }
    this.deps.log.error(
      { err: error, cameraId: car.id, from, to },
      'journeys of a stretch are left for later',
    );
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** The newest that is due of any car, with what lies near it. */
  private async nextDue(rules: JourneyRules): Promise<DueStretch | null> {
    const { db } = this.deps;
    const cars = await carsOf(db);
    const cameraId = await this.newestCamera([...cars.keys()]);
    const car = cameraId === null ? undefined : cars.get(cameraId);
    if (cameraId === null || !car) return this.forgetRemoved(rules);
    let rows = await this.newestRows(cameraId, rowsAtFirst);
    if (gathered(rows, rules).rowIds.length === rowsAtFirst)
      rows = await this.newestRows(cameraId, rowsAtOnce);
    const { span, rowIds } = gathered(rows, rules);
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

  /** A camera that was removed has no journeys: what is due of it is not, when all others have been derived. */
  private async forgetRemoved(rules: JourneyRules): Promise<DueStretch | null> {
    const { db } = this.deps;
    const rest = await db
      .selectFrom('journey_due')
      .select('camera_id')
      .where(this.notAside())
      .orderBy('camera_id')
      .limit(1)
      .executeTakeFirst();
    if (!rest) return null;
    await db.deleteFrom('journey_due').where('camera_id', '=', rest.camera_id).execute();
    return this.nextDue(rules);
  }

  /** By the index, one look for each: what is due may be all there is. */
  private async newestCamera(cameraIds: readonly number[]): Promise<number | null> {
    let newest: DueRow | undefined;
    for (const cameraId of cameraIds) {
      const [row] = await this.newestRows(cameraId, 1);
      if (row && (!newest || row.from_at > newest.from_at)) newest = row;
    }
    return newest?.camera_id ?? null;
  }

  private newestRows(cameraId: number, limit: number): Promise<DueRow[]> {
    return this.deps.db
      .selectFrom('journey_due')
      .selectAll()
      .where('camera_id', '=', cameraId)
      .where(this.notAside())
      .orderBy('from_at', 'desc')
      .limit(limit)
      .execute();
  }

  private notAside() {
    return sql<boolean>`not ${among('id', [...this.aside])}`;
  }

  private async derive({ car, rowIds, ...due }: DueStretch, rules: JourneyRules): Promise<void> {
    const { db, events, assignPlaces } = this.deps;
    const stretch = await readStretch(db, car, due, rules);
    // The page may be asked for in between.
    await yieldToOthers();
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
}

/** What is due at the newest of these rows, the newest first, with what lies near it. */
function gathered(
  rows: readonly { id: number; from_at: number; to_at: number }[],
  { sessionGapMs }: JourneyRules,
): { span: Span; rowIds: number[] } {
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
