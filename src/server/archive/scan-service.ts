import { z } from 'zod';
import type { Events } from '../../shared/events.ts';
import type { Scan } from '../../shared/system.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import {
  ArchiveScan,
  canScan,
  type ArchiveScanDeps,
  type ScanCounts,
  type ScanOptions,
  type ScanOutcome,
} from './archive-scan.ts';
import { restoreBook } from './book-restore.ts';
import type { KeptSettings } from './book-settings.ts';
import { restoreManifests, unreadManifests } from './manifest-restore.ts';
import { vanishedProblem } from './scan-missing-policy.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';

export interface ScanServiceDeps extends Omit<ArchiveScanDeps, 'listTimeoutMs' | 'onProgress' | 'onFiled'> {
  events: EventBus<Events>;
  /** The first scan of this database has ended, or was given up: downloads may begin. */
  onReleased(): void;
  /** Clips have vanished and a person is to be asked; null: not any more. */
  onVanished?: (problem: { message: string; advice: string } | null) => Promise<void>;
  /** Cameras were brought back from the archive: they are to be looked for as they are now. */
  onCamerasRestored?: (cameraIds: readonly number[]) => void;
  /** Left out: they are not brought back. */
  settings?: KeptSettings;
  listTimeoutMs?: number;
  /** After a first scan that failed although the volume is ready. */
  retryMs?: number;
  /** After a first scan that a person stopped. */
  goOnMs?: number;
}

/** What is asked of a scan. */
export interface ScanOrder {
  /** Also folders that have not changed are read, and every file's size and time looked at. */
  thorough?: boolean;
  /** A person said that clips whose files are gone are really gone. */
  acceptMissing?: boolean;
  /** Another folder is the archive: downloads wait until it was looked through, and nothing known of folders holds. */
  holdsDownloads?: boolean;
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
  missing: z.number().int().default(0),
  skippedFolders: z.number().int().default(0),
});

const wholeArchive: ScanOptions = {
  isThorough: false,
  folders: null,
  acceptsMissing: false,
  leavesFresh: false,
};

const never: Scan = {
  state: 'never',
  folders: 0,
  files: 0,
  found: 0,
  missing: 0,
  skippedFolders: 0,
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
  /** Of the scan under way. */
  private stopping = new AbortController();
  private current: Scan = never;
  private running: Promise<void> | null = null;
  /** A look at some folders, which gives way to a scan. */
  private looking: { ended: Promise<void>; stopping: AbortController } | null = null;
  private isReleased = false;
  /** Another folder has become the archive: downloads wait until it was looked through. */
  private holdsAgain = false;
  private hasFinished = false;
  private firstFailures = 0;
  private retry: NodeJS.Timeout | undefined;
  private stopListening: () => void = () => undefined;
  private stopRestoring: () => void = () => undefined;
  /** What lies in the book of the archive is being brought back; never two at a time. */
  private restoring: Promise<void> = Promise.resolve();
  /** The archive that was looked through, and whose manifests were not read yet. */
  private owesManifests: string | null = null;
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
    this.stopRestoring = this.deps.events.on('archive.changed', () => this.restoreSoon());
    this.restoreSoon();
    const finished = readFinished(await readAppState(this.deps.db, 'scan.finished'));
    if (finished) {
      const { at, ...counts } = finished;
      this.current = { ...never, state: 'done', ...counts, finishedAt: at };
      this.hasFinished = true;
      this.isReleased = true;
      this.owesManifests = await unreadManifests(this.deps.db);
      return;
    }
    this.stopListening = this.deps.events.on('archive.changed', () => this.tryFirst());
    this.tryFirst();
  }

  async stop(): Promise<void> {
    this.stopListening();
    this.stopRestoring();
    clearTimeout(this.retry);
    this.abort.abort(new Error('the program ends'));
    await this.looking?.ended;
    await this.running;
    await this.restoring;
  }

  /**
   * Begins a scan in the background; asking again while one runs returns the running one. Throws an
   * `AppError('unavailable')` while the volume is not ready.
   */
  scan({ thorough = false, acceptMissing = false, holdsDownloads = false }: ScanOrder = {}): Scan {
    const { status } = this.deps.volume;
    if (holdsDownloads && canScan(status)) this.holdsAgain = true;
    if (this.running || this.abort.signal.aborted) return this.current;
    if (!canScan(status))
      throw new AppError('unavailable', status.message ?? 'The recordings volume is still being looked at.');
    this.begin({ ...wholeArchive, isThorough: thorough || holdsDownloads, acceptsMissing: acceptMissing });
    return this.current;
  }

  /** As `scan`, at a person's wish: a volume that was away when it was last seen is looked at first, for seconds. */
  async wish(order: ScanOrder): Promise<Scan> {
    if (!canScan(this.deps.volume.status)) await this.deps.volume.lookIfAway();
    return this.scan(order);
  }

  /** Stops the scan under way; the next one goes on where it was. */
  async cancel(): Promise<Scan> {
    this.stopping.abort(new Error('it was stopped'));
    await this.running;
    return this.current;
  }

  /**
   * A look at these folders and what is new below them, or at whatever has changed, without a word to anybody unless
   * something is found. Not while a scan runs or the archive is not there, then `false`. Returns the folders with files
   * that are still being written.
   */
  async lookAround(folders: readonly string[] | null): Promise<string[] | false> {
    if (this.running || this.looking || this.abort.signal.aborted || !this.hasFinished) return false;
    if (!canScan(this.deps.volume.status)) return false;
    let unfinished: string[] = [];
    const stopping = new AbortController();
    const signal = AbortSignal.any([this.abort.signal, stopping.signal]);
    const look = async () => {
      const scan = this.scanOf({ ...wholeArchive, folders, leavesFresh: true }, () => undefined);
      const outcome = await scan.run(signal);
      ({ unfinished } = outcome);
      await this.tellVanished(outcome, { isWhole: folders === null });
    };
    const ended = look()
      .catch((error: unknown) => (signal.aborted ? undefined : this.noteFailedLook(error)))
      .finally(() => {
        this.looking = null;
        if (this.untold.size > 0) this.tell();
      });
    this.looking = { ended, stopping };
    await ended;
    return unfinished;
  }

  private noteFailedLook(error: unknown): void {
    const reason = messageOf(error);
    if (error instanceof VolumeError) this.deps.log.info({ reason }, 'a look at the archive failed');
    else this.deps.log.error({ err: error }, 'a look at the archive failed');
  }

  /** Ends when no scan is under way. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** The first scan of this database, as soon as the volume lets it. */
  private tryFirst(): void {
    if (this.hasFinished || this.running || this.abort.signal.aborted) return;
    if (this.firstFailures < maxFirstFailures && canScan(this.deps.volume.status)) this.begin(wholeArchive);
  }

  private begin(options: ScanOptions): void {
    clearTimeout(this.retry);
    this.stopping = new AbortController();
    this.current = { ...never, state: 'running', startedAt: this.deps.clock.now() };
    this.deps.log.info('scan of the archive began');
    this.running = this.run(options).finally(() => (this.running = null));
    this.tell();
  }

  private scanOf(options: ScanOptions, onProgress: (counts: ScanCounts) => void): ArchiveScan {
    const listTimeoutMs = this.deps.listTimeoutMs ?? 120_000;
    const onFiled = (days: Map<number, Set<string>>) => this.remember(days);
    return new ArchiveScan({ ...this.deps, listTimeoutMs, onProgress, onFiled }, options);
  }

  private async run(options: ScanOptions): Promise<void> {
    const scan = this.scanOf(options, (counts) => this.progress(counts));
    const signal = AbortSignal.any([this.abort.signal, this.stopping.signal]);
    this.looking?.stopping.abort(new Error('a scan begins'));
    try {
      await this.looking?.ended;
      // A look that is under way may have begun long before: it must not vouch for what is read from here on.
      await unlessAborted(this.deps.volume.check(), signal);
      // Before any clip is filed: names are read as people said of their camera.
      this.restoreSoon();
      await this.restoring;
      const outcome = await scan.run(signal);
      await this.tellVanished(outcome, { isWhole: true });
      await this.finish(outcome.message);
      this.owesManifests = await unreadManifests(this.deps.db);
      this.restoreSoon();
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
    const { folders, files, found, missing, skippedFolders } = this.current;
    const at = clock.now();
    const counts = { folders, files, found, missing, skippedFolders };
    await writeAppState(db, 'scan.finished', JSON.stringify({ at, ...counts }));
    this.current = { ...this.current, state: 'done', finishedAt: at, message };
    this.hasFinished = true;
    this.stopListening();
    log.info({ ...counts, notes: message }, 'scan of the archive ended');
    this.release();
  }

  private async fail(cause: unknown): Promise<void> {
    const { clock, log, volume } = this.deps;
    const finishedAt = clock.now();
    if (this.abort.signal.aborted || this.stopping.signal.aborted) {
      this.current = { ...this.current, state: 'stopped', finishedAt, message: this.stoppedMessage() };
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

  /** Downloads wait for a first scan: one that a person stopped goes on by itself, later. */
  private stoppedMessage(): string | null {
    if (this.hasFinished || this.abort.signal.aborted) return null;
    this.retry = setTimeout(() => this.tryFirst(), this.deps.goOnMs ?? 15 * 60_000).unref();
    return 'It goes on in a quarter of an hour, or when it is started. Until it has ended, nothing is fetched.';
  }

  /** A look at some folders may ask, but only one at all of them can say that there is nothing to ask any more. */
  private async tellVanished({ vanished }: ScanOutcome, { isWhole }: { isWhole: boolean }): Promise<void> {
    const isAsked = vanished.clips > 0 && !vanished.isMarked;
    if (isAsked) await this.deps.onVanished?.(vanishedProblem(vanished));
    else if (isWhole) await this.deps.onVanished?.(null);
  }

  /** Once for an archive that this database has not seen. Where it cannot be read, a later look at it tries again. */
  private restoreSoon(): void {
    if (this.abort.signal.aborted || !canScan(this.deps.volume.status)) return;
    this.restoring = this.restoring
      .then(() => this.inPeace(() => this.restoreBook()))
      .then(() => this.inPeace(() => this.restoreManifests()));
  }

  private async inPeace(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.abort.signal.aborted)
        this.deps.log.warn({ reason: messageOf(error) }, 'what lies beside the recordings could not be read');
    }
  }

  private async restoreBook(): Promise<void> {
    const { events, log } = this.deps;
    const { signal } = this.abort;
    const restored = await unlessAborted(restoreBook({ ...this.deps, signal }), signal);
    if (!restored) return;
    const { cameraIds, places, edits, settings, decided } = restored;
    if (cameraIds.length + places + edits + settings.length + decided.size > 0)
      log.info({ cameraIds, places, edits, settings }, 'what lay beside the recordings was brought back');
    this.tellDecided(decided);
    for (const cameraId of cameraIds) {
      events.emit('camera.changed', { cameraId });
      events.emit('clock.changed', { cameraId });
    }
    if (cameraIds.length > 0) this.deps.onCamerasRestored?.(cameraIds);
    if (places > 0) events.emit('places.changed', {});
    // From now on the book may be written: whoever does it has waited for this.
    events.emit('archive.changed', {});
  }

  /** A camera may have been listed before: its queue is another now. */
  private tellDecided(decided: Map<number, Set<string>>): void {
    if (decided.size === 0) return;
    this.remember(decided);
    if (!this.running) this.tell();
    if (this.isReleased) this.deps.onReleased();
  }

  private async restoreManifests(): Promise<void> {
    const marker = this.owesManifests;
    if (marker === null) return;
    const clips = await restoreManifests({ ...this.deps, signal: this.abort.signal, marker });
    this.owesManifests = null;
    if (clips > 0) this.deps.log.info({ clips }, 'hashes were brought back from the archive');
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
