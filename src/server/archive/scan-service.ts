import { z } from 'zod';
import type { Events } from '../../shared/events.ts';
import type { Scan } from '../../shared/system.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import { ArchiveScan, canScan, type ArchiveScanDeps, type ScanCounts } from './archive-scan.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';

export interface ScanServiceDeps extends Omit<ArchiveScanDeps, 'listTimeoutMs' | 'onProgress' | 'onFiled'> {
  events: EventBus<Events>;
  /** The first scan of this database has ended, or was given up: downloads may begin. */
  onReleased(): void;
  listTimeoutMs?: number;
  /** After a first scan that failed although the volume is ready. */
  retryMs?: number;
}

const progressEveryMs = 500;
/** A first scan that fails this often, with a volume that is ready, no longer holds downloads back. */
const maxFirstFailures = 3;
const maxDaysTold = 100;
const holdMessage =
  'The archive folder is being looked through for clips that are there already, so that none is fetched twice.';

const finishedSchema = z.object({
  at: z.number().int(),
  folders: z.number().int(),
  files: z.number().int(),
  found: z.number().int(),
});

const never: Scan = {
  state: 'never',
  folders: 0,
  files: 0,
  found: 0,
  startedAt: null,
  finishedAt: null,
  message: null,
};

/**
 * Scans of the archive folder: once in the background for a database that has seen none to its end, and when asked.
 * Until that first one has ended, `hold` says why nothing is to be fetched: what the camera lists may lie in the
 * archive already.
 */
export class ScanService implements Component {
  private readonly deps: ScanServiceDeps;
  private readonly abort = new AbortController();
  private current: Scan = never;
  private running: Promise<void> | null = null;
  private isReleased = false;
  /** Another folder has become the archive: downloads wait until it was looked through. */
  private holdsAgain = false;
  private hasFinished = false;
  private firstFailures = 0;
  private retry: NodeJS.Timeout | undefined;
  private stopListening: () => void = () => undefined;
  private toldAt = -Infinity;
  private untold = new Map<number, Set<string>>();

  constructor(deps: ScanServiceDeps) {
    this.deps = deps;
  }

  /** As it stands now; reading it touches nothing. */
  get status(): Scan {
    return this.current;
  }

  /** A scan has once gone through the whole archive. */
  get hasSeenAll(): boolean {
    return this.hasFinished;
  }

  /** Why nothing is to be fetched yet; null when downloads may begin. */
  hold(): string | null {
    return this.isReleased && !this.holdsAgain ? null : holdMessage;
  }

  async start(): Promise<void> {
    const finished = readFinished(await readAppState(this.deps.db, 'scan.finished'));
    if (finished) {
      const { at, ...counts } = finished;
      this.current = { ...never, state: 'done', ...counts, finishedAt: at };
      this.hasFinished = true;
      this.isReleased = true;
      return;
    }
    this.stopListening = this.deps.events.on('archive.changed', () => this.tryFirst());
    this.tryFirst();
  }

  async stop(): Promise<void> {
    this.stopListening();
    clearTimeout(this.retry);
    this.abort.abort(new Error('the program ends'));
    await this.running;
  }

  /**
   * Begins a scan in the background; asking again while one runs returns the running one. Throws an
   * `AppError('unavailable')` while the volume is not ready.
   */
  scan(options: { holdsDownloads?: boolean } = {}): Scan {
    const { status } = this.deps.volume;
    if (options.holdsDownloads && canScan(status)) this.holdsAgain = true;
    if (this.running || this.abort.signal.aborted) return this.current;
    if (!canScan(status))
      throw new AppError('unavailable', status.message ?? 'The recordings volume is still being looked at.');
    this.begin();
    return this.current;
  }

  /** Ends when no scan is under way. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** The first scan of this database, as soon as the volume lets it. */
  private tryFirst(): void {
    if (this.hasFinished || this.running || this.abort.signal.aborted) return;
    if (this.firstFailures < maxFirstFailures && canScan(this.deps.volume.status)) this.begin();
  }

  private begin(): void {
    clearTimeout(this.retry);
    this.current = { ...never, state: 'running', startedAt: this.deps.clock.now() };
    this.deps.log.info('scan of the archive began');
    this.running = this.run().finally(() => (this.running = null));
    this.tell();
  }

  private async run(): Promise<void> {
    const scan = new ArchiveScan({
      ...this.deps,
      listTimeoutMs: this.deps.listTimeoutMs ?? 120_000,
      onProgress: (counts) => this.progress(counts),
      onFiled: (days) => this.remember(days),
    });
    try {
      const message = await scan.run(this.abort.signal);
      await this.finish(message);
    } catch (error) {
      await this.fail(error);
    }
    if (this.holdsAgain) {
      this.holdsAgain = false;
      if (this.isReleased) this.deps.onReleased();
    }
    this.tell();
  }

  private async finish(message: string | null): Promise<void> {
    const { db, clock, log } = this.deps;
    const { folders, files, found } = this.current;
    const at = clock.now();
    await writeAppState(db, 'scan.finished', JSON.stringify({ at, folders, files, found }));
    this.current = { ...this.current, state: 'done', finishedAt: at, message };
    this.hasFinished = true;
    this.stopListening();
    log.info({ folders, files, found, notes: message }, 'scan of the archive ended');
    this.release();
  }

  private async fail(cause: unknown): Promise<void> {
    const { clock, log, volume } = this.deps;
    const finishedAt = clock.now();
    if (this.abort.signal.aborted) {
      this.current = { ...this.current, state: 'stopped', finishedAt };
      log.info(this.current, 'scan of the archive stopped');
      return;
    }
    const isWorld = cause instanceof VolumeError;
    const message = isWorld ? cause.message : `Something went wrong: ${messageOf(cause)}`;
    this.current = { ...this.current, state: 'failed', finishedAt, message };
    if (isWorld) log.warn({ reason: message }, 'scan of the archive failed');
    else log.error({ err: cause }, 'scan of the archive failed');
    if (this.hasFinished) return;
    const seen = await unlessAborted(volume.check(), this.abort.signal).catch(() => null);
    if (seen && canScan(seen)) this.countFirstFailure();
  }

  /** A recording lost on the camera is worse than one fetched twice: downloads do not wait for ever. */
  private countFirstFailure(): void {
    this.firstFailures++;
    if (this.firstFailures >= maxFirstFailures) {
      this.deps.log.warn('the archive cannot be looked through; downloads begin all the same');
      this.release();
      return;
    }
    const waitMs = (this.deps.retryMs ?? 30_000) * this.firstFailures;
    this.retry = setTimeout(() => this.tryFirst(), waitMs).unref();
  }

  private release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.deps.onReleased();
  }

  private progress(counts: ScanCounts): void {
    this.current = { ...this.current, ...counts };
    if (performance.now() - this.toldAt >= progressEveryMs) this.tell();
  }

  private remember(days: Map<number, Set<string>>): void {
    for (const [cameraId, some] of days) {
      const known = this.untold.get(cameraId) ?? new Set();
      this.untold.set(cameraId, known);
      for (const day of some) known.add(day);
    }
  }

  private tell(): void {
    const { events } = this.deps;
    this.toldAt = performance.now();
    const { untold } = this;
    this.untold = new Map();
    for (const [cameraId, days] of untold)
      events.emit('clips.changed', { cameraId, localDays: [...days].toSorted().slice(-maxDaysTold) });
    events.emit('system.changed', {});
  }
}

/** Null for what is not there; what cannot be read counts as a scan that is to be made again. */
function readFinished(text: string | null): z.infer<typeof finishedSchema> | null {
  if (text === null) return null;
  try {
    return finishedSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
