import type { Events } from '../../shared/events.ts';
import { measureSchema, type Measure } from '../../shared/storage.ts';
import { isUsable, type ArchiveVolume as VolumeStatus } from '../../shared/status.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { nodeMeasureFiles, type MeasureFiles } from './measure-files.ts';
import { MeasureWalk, nothingMeasured } from './measure-walk.ts';
import { knownTrash } from './usage-repository.ts';

export interface MeasureServiceDeps {
  db: Database;
  volume: ArchiveVolume;
  events: EventBus<Events>;
  clock: Clock;
  log: Logger;
  /** Those of the paths at which the ledger has a clip. */
  archivedPaths: (paths: readonly string[]) => Promise<Set<string>>;
  /** A first scan is still to come, or one is under way. */
  isScanning: () => boolean;
  files?: MeasureFiles;
  pace?: Partial<MeasurePace>;
}

/** Waits of the walk, in ms. */
export interface MeasurePace {
  /** After the volume was last used for something else. */
  quietMs: number;
  /** From one walk to the next. */
  everyMs: number;
  /** Rests so many times as long as each call took. */
  restFactor: number;
  listTimeoutMs: number;
}

const defaultPace: MeasurePace = {
  quietMs: 60_000,
  everyMs: 24 * 60 * 60_000,
  restFactor: 3,
  listTimeoutMs: 60_000,
};
const tellEveryMs = 1000;
const never: Measure = {
  ...nothingMeasured,
  state: 'never',
  startedAt: null,
  finishedAt: null,
  message: null,
};

/**
 * Walks through the recordings folder for what is not in the ledger: once a day at most, and only after the volume was
 * in use anyway, or when asked. While one runs, or after one that failed, the figures are those of the last that was
 * done; only `files` counts up.
 */
export class MeasureService implements Component {
  private readonly deps: MeasureServiceDeps;
  private readonly pace: MeasurePace;
  private readonly abort = new AbortController();
  private current: Measure = never;
  private running: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopListening: () => void = () => undefined;
  private toldAt = -Infinity;

  constructor(deps: MeasureServiceDeps) {
    this.deps = deps;
    this.pace = { ...defaultPace, ...deps.pace };
  }

  /** As it stands now; reading it touches nothing. */
  get status(): Measure {
    return this.current;
  }

  async start(): Promise<void> {
    this.current = readMeasure(await readAppState(this.deps.db, 'storage.measure'));
    this.stopListening = this.deps.events.on('clip.archived', () => this.volumeUsed());
    // A start looks at the volume as it is.
    this.volumeUsed();
  }

  async stop(): Promise<void> {
    this.stopListening();
    clearTimeout(this.timer);
    this.abort.abort(new Error('the program ends'));
    await this.running;
  }

  /** The volume is awake: a walk that is due begins when it has been quiet for a while. */
  volumeUsed(): void {
    clearTimeout(this.timer);
    if (this.abort.signal.aborted || this.running || !this.isDue()) return;
    this.timer = setTimeout(() => this.tryNow(), this.pace.quietMs).unref();
  }

  private isDue(): boolean {
    const { finishedAt, state } = this.current;
    if (finishedAt === null || state === 'never') return true;
    return Math.abs(this.deps.clock.now() - finishedAt) >= this.pace.everyMs;
  }

  private tryNow(): void {
    const { volume, isScanning } = this.deps;
    // It is asked again when it has become usable; a scan goes first.
    if (isScanning() || !canWalk(volume.status)) this.volumeUsed();
    else this.begin();
  }

  /**
   * Begins a walk in the background; asking while one runs returns the running one. Throws an
   * `AppError('unavailable')` while the volume cannot be walked through.
   */
  measure(): Measure {
    const { status } = this.deps.volume;
    if (this.running || this.abort.signal.aborted) return this.current;
    if (!canWalk(status))
      throw new AppError('unavailable', status.message ?? 'The recordings volume is still being looked at.');
    this.begin();
    return this.current;
  }

  /** Ends when no walk is under way. */
  async idle(): Promise<void> {
    await this.running;
  }

  private begin(): void {
    clearTimeout(this.timer);
    const before = this.current;
    const startedAt = this.deps.clock.now();
    this.current = { ...before, state: 'running', startedAt, message: null, files: 0 };
    this.running = this.run(before).finally(() => (this.running = null));
    this.tell();
  }

  private async run(before: Measure): Promise<void> {
    const { clock, log } = this.deps;
    try {
      const found = await this.walk();
      this.current = { ...this.current, ...found, state: 'done', finishedAt: clock.now() };
      await writeAppState(this.deps.db, 'storage.measure', JSON.stringify(this.current));
      log.info(found, 'what else lies in the recordings folder was measured');
    } catch (error) {
      const isStopped = this.abort.signal.aborted;
      const message = isStopped ? null : messageOf(error);
      const { startedAt } = this.current;
      this.current = { ...before, state: isStopped ? 'stopped' : 'failed', startedAt, message };
      if (!isStopped) log.warn({ reason: message }, 'the recordings folder could not be measured');
    }
    this.tell();
  }

  private async walk() {
    const { db, volume, archivedPaths, files = nodeMeasureFiles } = this.deps;
    const { signal } = this.abort;
    await this.requireVolume();
    const walk = new MeasureWalk(
      {
        ...this.pace,
        volume,
        archivedPaths,
        files,
        knownTrash: (paths) => knownTrash(db, paths),
        onProgress: (count) => this.progress(count),
      },
      signal,
    );
    const found = await walk.run();
    // An empty mount point would have looked like an archive with nothing beside it.
    await this.requireVolume();
    return found;
  }

  private async requireVolume(): Promise<void> {
    const status = await unlessAborted(this.deps.volume.check(), this.abort.signal);
    if (!canWalk(status)) throw new Error(status.message ?? 'The recordings volume is not there.');
  }

  private progress(files: number): void {
    this.current = { ...this.current, files };
    if (performance.now() - this.toldAt >= tellEveryMs) this.tell();
  }

  private tell(): void {
    this.toldAt = performance.now();
    this.deps.events.emit('storage.changed', {});
  }
}

/** The volume is there and known for the archive, be it full. */
const canWalk = (status: VolumeStatus): boolean =>
  isUsable(status) || (status.state === 'full' && status.freeBytes !== null);

/** What cannot be read is measured anew. */
function readMeasure(text: string | null): Measure {
  if (text === null) return never;
  try {
    return measureSchema.parse(JSON.parse(text));
  } catch {
    return never;
  }
}
