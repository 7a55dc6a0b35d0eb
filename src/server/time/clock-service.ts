import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Events } from '../../shared/events.ts';
import type { Database, Db } from '../db/open.ts';
import { Doorbell } from '../lib/abort.ts';
import { messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { withJob, type ClockBook, type ClockJob } from './clock-book-policy.ts';
import { readBook } from './clock-book.ts';
import { saveBook, type TimeKeeper } from './time-keeper.ts';
import { capturesFromLast } from './time-reader.ts';

export interface ClockServiceDeps {
  db: Database;
  keeper: Pick<TimeKeeper, 'place'>;
  events: EventBus<Events>;
  log: Logger;
  /** Clips that are still to come may be of another time: their order is to be looked at anew. */
  onMoved: (cameraId: number) => void;
  /** Captures in one transaction. */
  capturesAtOnce?: number;
  /** How often it looks without having heard of anything; one look at the cameras. */
  idleMs?: number;
}

/** Days told in one event; a page that shows others reads them anew when it is opened. */
const maxDaysTold = 400;
const tellEveryMs = 2000;

/**
 * Works the captures of cameras out anew whose clock is taken for something else than before, in the background, the last
 * recordings first: some hundred captures a transaction, in which the place it has come to is written down too. What a power cut leaves undone
 * is gone on with at the next start.
 */
export class ClockService implements Component {
  private readonly deps: ClockServiceDeps;
  private readonly abort = new AbortController();
  private readonly doorbell = new Doorbell();
  private readonly untold = new Map<number, Set<string>>();
  private running: Promise<void> | undefined;
  private toldAt = -Infinity;

  constructor(deps: ClockServiceDeps) {
    this.deps = deps;
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
  }

  /** Something may be due. */
  nudge(): void {
    this.doorbell.ring();
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      try {
        await this.drain(signal);
      } catch (error) {
        this.deps.log.error({ reason: messageOf(error) }, 'times were not worked out anew');
      }
      await this.doorbell.wait(this.deps.idleMs ?? 30_000, signal);
    }
  }

  /** Everything that is due, now. */
  async drain(signal: AbortSignal): Promise<void> {
    for (let cameraId = await this.nextCamera(); cameraId !== null; cameraId = await this.nextCamera()) {
      const id = cameraId;
      do {
        if (signal.aborted) return;
        await yieldToOthers();
      } while (await this.step(id));
      this.tell(id);
      this.deps.log.info({ cameraId: id }, 'the times of a camera were worked out anew');
    }
  }

  private async nextCamera(): Promise<number | null> {
    const row = await this.deps.db
      .selectFrom('camera')
      .select('id')
      .where('clock_due', '=', 1)
      .orderBy('id')
      .executeTakeFirst();
    return row?.id ?? null;
  }

  /** One chunk; false when nothing of the camera is due any more. */
  private async step(cameraId: number): Promise<boolean> {
    const { db, keeper } = this.deps;
    const { isDue, placed } = await db.transaction().execute(async (trx) => {
      const book = await this.bookOf(trx, cameraId);
      const job = book?.jobs[0];
      if (!book) return { isDue: false, placed: null };
      if (!job) {
        // Whoever says that a camera's clock is due, without knowing of jobs, means all of it.
        await saveBook(trx, cameraId, withJob(book, { from: null, to: null, afresh: true }));
        return { isDue: true, placed: null };
      }
      const limit = this.deps.capturesAtOnce ?? 500;
      const page = await capturesFromLast(trx, cameraId, { ...job, before: job.downTo, limit });
      const ids = page.map((capture) => capture.id);
      const done = await keeper.place(trx, ids, { afresh: job.afresh, withNeighbours: false });
      const last = page.at(-1);
      const isOver = page.length < limit || last === undefined;
      // Placing may have found something out, and so have added work.
      const now = (await this.bookOf(trx, cameraId)) ?? book;
      const downTo = isOver ? null : { localStart: last.local_start, id: last.id };
      const next = goneOn(now, book, downTo);
      await saveBook(trx, cameraId, next);
      if (next.jobs.length === 0)
        await trx.updateTable('camera').set({ clock_due: 0 }).where('id', '=', cameraId).execute();
      return { isDue: next.jobs.length > 0, placed: done };
    });
    if (placed) this.remember(cameraId, placed.days.get(cameraId) ?? new Set());
    return isDue;
  }

  private async bookOf(trx: Db, cameraId: number): Promise<ClockBook | null> {
    const row = await trx
      .selectFrom('camera')
      .select('gps_clock_evidence')
      .where('id', '=', cameraId)
      .executeTakeFirst();
    return row ? readBook(row.gps_clock_evidence) : null;
  }

  private remember(cameraId: number, days: ReadonlySet<string>): void {
    const known = this.untold.get(cameraId) ?? new Set();
    this.untold.set(cameraId, known);
    for (const day of days) known.add(day);
    if (known.size > 0 && performance.now() - this.toldAt >= tellEveryMs) this.tellDays(cameraId);
  }

  private tell(cameraId: number): void {
    this.tellDays(cameraId);
    this.deps.events.emit('clock.changed', { cameraId });
  }

  private tellDays(cameraId: number): void {
    const { events, onMoved } = this.deps;
    const days = [...(this.untold.get(cameraId) ?? [])].toSorted().slice(-maxDaysTold);
    this.untold.delete(cameraId);
    this.toldAt = performance.now();
    if (days.length === 0) return;
    onMoved(cameraId);
    events.emit('clips.changed', { cameraId, localDays: days });
    events.emit('journeys.changed', { localDays: days });
  }
}

/** The first job has come to a capture, or to its end (null). Jobs that were put in its place meanwhile stay as they are. */
function goneOn(now: ClockBook, before: ClockBook, downTo: ClockJob['downTo']): ClockBook {
  const [job, was] = [now.jobs[0], before.jobs[0]];
  if (!job || !was || JSON.stringify(job) !== JSON.stringify(was)) return now;
  return { ...now, jobs: downTo === null ? now.jobs.slice(1) : [{ ...job, downTo }, ...now.jobs.slice(1)] };
}
