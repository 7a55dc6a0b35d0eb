import { setImmediate as yieldToOthers } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { Events } from '../../shared/events.ts';
import type { RemovalOrder, Retention } from '../../shared/retention.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { FilePort } from '../archive/file-port.ts';
import type { Database, Db } from '../db/open.ts';
import type { ClipRow, TrashRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Logger } from '../lib/logger.ts';
import { FileMover } from './file-mover.ts';
import { RemovalBatches } from './removal-batches.ts';
import { RemovalEvents } from './removal-events.ts';
import { isVolumeError, RemovalFiles } from './removal-files.ts';
import { cancelRemovals, RemovalOrders } from './removal-orders.ts';
import { RemovalPlaces } from './removal-places.ts';
import { RemovalRepository } from './removal-repository.ts';
import { noneRecent, RemovalRunner, type Recent, type RunOptions } from './removal-runner.ts';
import { RemovalSettlement } from './removal-settlement.ts';
import {
  addTo,
  noBatch,
  noProgress,
  obstacleAfter,
  progressOf,
  tally,
  volumeObstacle,
  type Batch,
} from './removal-tally.ts';
import type { RemovalItem } from './removal-verdict.ts';
import type { RemovalOutcome, RemovalProgress, RemovalRequest } from './retention-types.ts';
import { TrashBook } from './trash-book.ts';
import { TrashRepository } from './trash-repository.ts';

export interface RemoverDeps {
  db: Database;
  clips: ClipRepository;
  volume: ArchiveVolume;
  files: FilePort;
  clock: Clock;
  events: EventBus<Events>;
  log: Logger;
  settings: () => Pick<Settings, 'trashHours'>;
  /** Rows of one transaction; files of one batch. */
  batchSize?: number;
  /** A batch of a slow volume ends after this and the file it is at. */
  batchMs?: number;
}

export interface RuleRemovalOptions {
  sweepId: number;
  toTrash: boolean;
  /** Asked again right before, with the clip as it is now. */
  mayGo(row: ClipRow, inUse: boolean): boolean;
  /** Whether a clip of the archive, planned or not, keeps its whole capture here; asked right before, too. */
  protects(row: ClipRow, inUse: boolean): boolean;
  signal: AbortSignal;
  /** After each batch. */
  onProgress(progress: RemovalProgress): void;
  /** After each single file that went, with its bytes. */
  onDeleted?(bytes: number): void;
}

const defaultBatchSize = 350;
const leastBatchSize = 10;
const defaultBatchMs = 5000;
const hourMs = 3_600_000;
const abandonedAfterMs = 48 * hourMs;

/** Somebody who waits gets the turn before the next batch of a sweep. */
const priorities = { recovery: 3, hand: 2, room: 1, rule: 0 } as const;

/**
 * Deletes files of the archive, moves them into the trash and out of it, and lets go of them there: each is written
 * down before its file is touched, and crossed out in the transaction that records what became of it.
 */
export class Remover {
  private readonly deps: RemoverDeps;
  private readonly removals = new RemovalRepository();
  private readonly trash = new TrashRepository();
  private readonly book = new TrashBook();
  private readonly batches: RemovalBatches;
  private readonly runner: RemovalRunner;
  private readonly orders: RemovalOrders;
  private readonly told: RemovalEvents;
  /** All work on files takes turns. */
  private readonly turns = new PQueue({ concurrency: 1 });
  private readonly batchSize: number;
  private changes = 0;
  /** Of the volume, since the start: what was deleted for good, by whom it was. */
  freedBytes = 0;
  /** For who moves files of the archive within it. */
  readonly mover: FileMover;
  private waiting: { asOf: number; count: number } | null = null;
  /** Rows of the journal that nobody ordered, of the batch under way. */
  private ownRows = 0;

  constructor(deps: RemoverDeps) {
    this.deps = deps;
    const { db, clips, volume, files: port, clock, log } = deps;
    this.batchSize = deps.batchSize ?? defaultBatchSize;
    const files = new RemovalFiles({ volume, files: port, log });
    const places = new RemovalPlaces({ db, files });
    this.batches = new RemovalBatches({ db, clips, clock, places });
    this.mover = new FileMover({ files, places, inTurn: (work) => this.inTurn('rule', work) });
    this.told = new RemovalEvents(deps.events);
    this.runner = new RemovalRunner({
      db,
      files,
      clock,
      log,
      settlement: new RemovalSettlement(clips),
      book: this.book,
      events: this.told,
      batchMs: deps.batchMs ?? defaultBatchMs,
    });
    this.orders = new RemovalOrders({
      db,
      clips,
      clock,
      hasTrash: () => deps.settings().trashHours > 0,
      isUnderWay: (id) => this.runner.isUnderWay(id),
    });
  }

  get trashHours(): number {
    return this.deps.settings().trashHours;
  }

  /** Counts up whenever a failure came or went. */
  get failureChanges(): number {
    return this.runner.failureChanges;
  }

  /** Nothing is told any more. */
  stop(): void {
    this.told.stop();
  }

  /**
   * Deletes what a plan says, in its order, batch after batch. Ends early with an obstacle when the volume cannot be
   * used or too many files are not where they should be, and without one when the signal is aborted. Never rejects for
   * what the volume does.
   */
  async removeByRule(
    requests: readonly RemovalRequest[],
    options: RuleRemovalOptions,
  ): Promise<RemovalOutcome> {
    const outcome: RemovalOutcome = { ...noProgress, left: 0, obstacle: null };
    const recent = noneRecent();
    let size = this.batchSize;
    let [next, again]: [number, RemovalRequest[]] = [0, []];
    while ((next < requests.length || again.length > 0) && !outcome.obstacle && !options.signal.aborted) {
      const some = [...again, ...requests.slice(next, next + size - again.length)];
      next += some.length - again.length;
      const done = await this.inTurn('rule', () => this.ruleBatch(some, options, recent));
      again = done.untouched;
      addTo(outcome, done.outcome);
      // A slow volume gets as many as it can take in the time of one batch.
      size = Math.min(
        this.batchSize,
        Math.max(leastBatchSize, again.length, 2 * (some.length - again.length)),
      );
      options.onProgress(progressOf(outcome));
      await yieldToOthers();
    }
    return outcome;
  }

  private async ruleBatch(
    requests: readonly RemovalRequest[],
    options: RuleRemovalOptions,
    recent: Recent,
  ): Promise<{ outcome: RemovalOutcome; untouched: RemovalRequest[] }> {
    const ids = requests.map((request) => request.clipId);
    const { signal } = options;
    const batch = await this.batch(ids, () => this.batches.ofRule(requests, options), {
      signal,
      recent,
      onDone: ({ clip }) => options.onDeleted?.(clip.size_bytes ?? 0),
    });
    const { progress, untouched, cancelled } = tally(batch);
    const obstacle = obstacleAfter(batch);
    const taken = new Set(batch.items.map((item) => item.row.clip_id));
    const isOver = obstacle !== null || signal.aborted;
    const left = isOver ? 0 : ids.filter((id) => !taken.has(id)).length + cancelled;
    const again = isOver ? [] : requests.filter(({ clipId }) => untouched.has(clipId));
    return { outcome: { ...progress, left, obstacle }, untouched: again };
  }

  /** A person wants these deleted: written down at once, carried out by `carryOutOrders`. */
  orderByHand(
    clipIds: readonly number[],
    options: { includeProtected: boolean; user: string | null },
  ): Promise<RemovalOrder> {
    return this.ordered(this.orders.remove(clipIds, options));
  }

  /** To bring back out of the trash, everything for null; what has not gone there yet just stays. */
  restore(clipIds: readonly number[] | null): Promise<RemovalOrder> {
    return this.ordered(this.orders.restore(clipIds));
  }

  /** To delete for good out of the trash, everything for null. */
  empty(clipIds: readonly number[] | null): Promise<RemovalOrder> {
    return this.ordered(this.orders.empty(clipIds));
  }

  private async ordered(order: Promise<RemovalOrder>): Promise<RemovalOrder> {
    try {
      return await order;
    } finally {
      this.changes++;
      this.runner.failureChanges++;
      this.told.changed();
    }
  }

  /**
   * In a transaction that keeps these clips: deletions that have not begun are taken back, and what lies in the trash is
   * to come back out of it. `noteKept` comes after it, then whoever carries out orders is to be woken.
   */
  async cancel(trx: Db, clipIds: readonly number[]): Promise<void> {
    await cancelRemovals(trx, clipIds, (id) => this.runner.isUnderWay(id));
    await this.orders.bringBack(trx, clipIds);
  }

  /**
   * Clips were kept or let go of just now, and the days of them: a batch under way leaves kept ones whose files it has
   * not come to, one of a rule also the others of their captures.
   */
  noteKept(
    kept: { clipIds: readonly number[]; captureIds: readonly number[] },
    localDays: ReadonlyMap<number, ReadonlySet<string>>,
  ): void {
    this.runner.spare(kept.clipIds, kept.captureIds);
    this.changes++;
    this.runner.failureChanges++;
    this.told.changed(localDays);
  }

  /**
   * Carries out what people ordered, and what has failed and is due again. Why it ended before everything was tried, in
   * words; null when nothing is left to do now.
   */
  async carryOutOrders(signal: AbortSignal): Promise<string | null> {
    const recent = noneRecent();
    for (let idle = 0; idle < 3 && !signal.aborted;) {
      const step = await this.inTurn('hand', async () => {
        const rows = await this.removals.orders(this.deps.db, this.deps.clock.now(), this.batchSize);
        const ids = rows.map((row) => row.clip_id);
        return {
          rows,
          batch: await this.batch(ids, () => this.batches.ofOrders(rows, signal), { signal, recent }),
        };
      });
      if (step.rows.length === 0) return null;
      const obstacle = obstacleAfter(step.batch);
      if (obstacle) return obstacle.message;
      const hasDropped = step.batch.items.length < step.rows.length;
      idle = hasDropped || tally(step.batch).settled > 0 ? 0 : idle + 1;
      await yieldToOthers();
    }
    return null;
  }

  /**
   * Lets go of what has been in the trash for its time. `mayPurge` is asked before each batch whether the clock can be
   * believed. Why it ended early, in words; null when it did not.
   */
  async purgeDue(signal: AbortSignal, mayPurge: () => boolean | Promise<boolean>): Promise<string | null> {
    const { db, clock } = this.deps;
    const recent = noneRecent();
    while (!signal.aborted) {
      const step = await this.inTurn('room', async () => {
        if (!(await mayPurge())) return noBatch;
        const now = clock.now();
        await this.trash.bringForward(db, this.latestTrashed(now), now);
        const given = { until: now - this.trashHours * hourMs, limit: this.batchSize };
        return this.purge(await this.trash.oldest(db, given), { signal, recent });
      });
      const obstacle = obstacleAfter(step);
      if (obstacle) return obstacle.message;
      if (tally(step).settled === 0) return null;
      await yieldToOthers();
    }
    return null;
  }

  /** Nothing came there later but by a clock that ran ahead; without this it would lie there until that time. */
  private latestTrashed(now: number): number {
    return now + (this.trashHours + 1) * hourMs;
  }

  /** Lets go of what has been in the trash longest until so many bytes are free, or it is empty; the bytes freed. */
  async purgeForRoom(bytes: number, signal: AbortSignal): Promise<number> {
    const recent = noneRecent();
    let freed = 0;
    while (freed < bytes && !signal.aborted) {
      const step = await this.inTurn('room', async () => {
        const given = { until: Number.MAX_SAFE_INTEGER, limit: this.batchSize };
        const rows = await this.trash.oldest(this.deps.db, given);
        return this.purge(enough(rows, bytes - freed), { signal, recent });
      });
      const { settled, progress } = tally(step);
      freed += progress.freedBytes;
      if (obstacleAfter(step) || settled === 0) break;
      await yieldToOthers();
    }
    return freed;
  }

  private async purge(rows: readonly TrashRow[], options: RunOptions): Promise<Batch> {
    if (rows.length === 0) return noBatch;
    this.ownRows = rows.length;
    try {
      const ids = rows.map((row) => row.clip_id);
      return await this.batch(ids, () => this.batches.ofTrash(rows), options);
    } finally {
      this.ownRows = 0;
    }
  }

  /**
   * Finds out what became of rules' removals that a crash or a call without an answer left open: what has happened is
   * recorded, what has not is forgotten; where many are gone with their folders, it is looked again an hour later.
   * Orders need no such look, for carrying them out begins with it.
   */
  async recover(signal: AbortSignal): Promise<string | null> {
    while (!signal.aborted) {
      const step = await this.inTurn('recovery', async () => {
        const { db, clock } = this.deps;
        const rows = await this.removals.unsettled(db, clock.now(), this.batchSize);
        if (rows.length === 0) return noBatch;
        const ids = rows.map((row) => row.clip_id);
        return this.batch(ids, () => this.batches.ofUnsettled(rows), { signal });
      });
      const obstacle = obstacleAfter(step);
      if (obstacle) return obstacle.message;
      if (tally(step).recovered === 0) return null;
      await yieldToOthers();
    }
    return null;
  }

  /** Whether there is anything to do, by the ledger alone. */
  async hasWork(mayPurge: boolean): Promise<boolean> {
    const { db, clock } = this.deps;
    const now = clock.now();
    if ((await this.removals.unsettled(db, now, 1)).length > 0) return true;
    if ((await this.removals.orders(db, now, 1)).length > 0) return true;
    const until = now - this.trashHours * hourMs;
    if (!mayPurge) return false;
    if (await this.trash.hasAfter(db, this.latestTrashed(now))) return true;
    return (await this.trash.oldest(db, { until, limit: 1 })).length > 0;
  }

  /** The first failures and how many there are. */
  failures(limit: number): Promise<Retention['failures']> {
    return this.removals.failures(this.deps.db, limit);
  }

  /** How many have failed, and why most of them did. */
  failureSummary() {
    return this.removals.commonestFailure(this.deps.db);
  }

  /** Failures of rules that have not been tried again for long, for the rules are others now, are forgotten. */
  async forgetAbandoned(): Promise<void> {
    await this.removals.forgetAbandoned(this.deps.db, this.deps.clock.now() - abandonedAfterMs);
    this.runner.failureChanges++;
  }

  /** Orders that wait to be carried out. */
  async pending(): Promise<number> {
    const { changes } = this;
    if (this.waiting?.asOf !== changes)
      this.waiting = { asOf: changes, count: await this.removals.countWaiting(this.deps.db) };
    return Math.max(this.waiting.count - this.ownRows, 0);
  }

  /** What lies in the trash, and when the first of it goes if nothing needs its room before. */
  async trashTotals(): Promise<Retention['trash']> {
    const { db } = this.deps;
    const oldestAt = await this.trash.oldestAt(db);
    const nextGoneAt = oldestAt === null ? null : oldestAt + this.trashHours * hourMs;
    return { ...(await this.book.read(db)), nextGoneAt };
  }

  /**
   * A change, in a transaction, of what lies in the trash by somebody else; nothing is deleted, restored or moved
   * meanwhile.
   */
  changeTrash<T extends { trash: { clips: number; bytes: number } }>(change: () => Promise<T>): Promise<T> {
    return this.inTurn('recovery', async () => {
      try {
        return await this.book.during(change);
      } finally {
        this.changes++;
        this.told.changed();
      }
    });
  }

  private async batch(
    clipIds: readonly number[],
    make: () => Promise<RemovalItem[]>,
    options: RunOptions,
  ): Promise<Batch> {
    const obstacle = await volumeObstacle(this.deps.volume, options.signal);
    if (obstacle || options.signal.aborted) return { ...noBatch, obstacle };
    this.runner.claim(clipIds);
    try {
      const items = await make();
      const batch = { ...noBatch, items, ...(await this.runner.run(items, options)) };
      const { freedBytes, trashedBytes } = tally(batch).progress;
      this.freedBytes += freedBytes - trashedBytes;
      return batch;
    } catch (error) {
      if (options.signal.aborted && error === options.signal.reason) return noBatch;
      if (!isVolumeError(error)) throw error;
      return { ...noBatch, obstacle: { code: 'volume', message: error.message } };
    } finally {
      this.runner.release();
      this.changes++;
    }
  }

  private inTurn<T>(who: keyof typeof priorities, work: () => Promise<T>): Promise<T> {
    return this.turns.add(work, { priority: priorities[who] });
  }
}

/** As many of the first rows as make so many bytes. */
function enough(rows: readonly TrashRow[], bytes: number): TrashRow[] {
  let sum = 0;
  return rows.filter((row) => {
    const isNeeded = sum < bytes;
    sum += row.bytes;
    return isNeeded;
  });
}
