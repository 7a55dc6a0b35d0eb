import { Temporal } from 'temporal-polyfill';
import type { Amount } from '../../shared/retention.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Events } from '../../shared/events.ts';
import type { Measure, Storage, UsageCell } from '../../shared/storage.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { Database } from '../db/open.ts';
import type { ProblemService } from '../health/problem-service.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { ConfigFolder } from './config-folder.ts';
import { forecastDisk, type Scope, type Term } from './forecast.ts';
import { storageProblems, type StorageProblems } from './storage-problems-policy.ts';
import { archiveBytes, lastDays, totalsOf, usageCells } from './usage-repository.ts';

export interface StorageServiceDeps {
  db: Database;
  volume: Pick<ArchiveVolume, 'status'>;
  events: EventBus<Events>;
  clock: Clock;
  log: Logger;
  /** IANA zone of the recordings. */
  zone: string;
  configDir: string;
  problems: Pick<ProblemService, 'raise' | 'end'>;
  settings: () => Settings;
  /** Which rule by age clips fall under. */
  termOf: (scope: Scope, settings: Settings) => Term;
  trashTotals: () => Amount | Promise<Amount>;
  measure: () => Measure;
}

/** What the quota's rule goes by, in bytes. */
export interface PressureParts {
  /** What counts towards the quota: archive, trash, and what a walk found beside them. */
  usedBytes: number;
  trashBytes: number;
  archiveBytes: number;
}

const reviewEveryMs = 10 * 60_000;
/** However few events came: nothing that was counted is believed for longer. */
const keepMs = 60_000;
const recordingDays = 28;
/** Recordings from before tell nothing of what comes in now. */
const daysLookedBack = 90;
const rulesKey = 'storage:rules';
const recycleKey = 'storage:recycle';

/** Something counted from the database, kept until something changes. */
class Counted<T> {
  private readonly count: () => Promise<T>;
  private kept: { value: Promise<T>; at: number } | null = null;

  constructor(count: () => Promise<T>) {
    this.count = count;
  }

  get(): Promise<T> {
    if (this.kept && performance.now() - this.kept.at < keepMs) return this.kept.value;
    const value = this.count();
    const kept = { value, at: performance.now() };
    this.kept = kept;
    value.catch(() => {
      if (this.kept === kept) this.kept = null;
    });
    return value;
  }

  forget(): void {
    this.kept = null;
  }
}

/** What uses the disks and what will become of it; touches no volume, and says when something is to be done. */
export class StorageService implements Component {
  private readonly deps: StorageServiceDeps;
  private readonly config: ConfigFolder;
  private readonly cells: Counted<UsageCell[]>;
  private readonly bytes: Counted<number>;
  /** Of the recordings volume, as last seen. */
  private space: { freeBytes: number; totalBytes: number } | null = null;
  private stopListening: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private reviewing: Promise<void> = Promise.resolve();
  private isStopped = false;
  private measuredAt: number | null = null;

  constructor(deps: StorageServiceDeps) {
    const { db, clock, configDir, events } = deps;
    this.deps = deps;
    this.config = new ConfigFolder({ configDir, clock, onChange: () => events.emit('storage.changed', {}) });
    this.cells = new Counted(() => usageCells(db));
    this.bytes = new Counted(() => archiveBytes(db));
  }

  start(): void {
    const { events, measure } = this.deps;
    const changed = ['clip.archived', 'clips.changed', 'retention.changed', 'system.changed'] as const;
    this.stopListening = [
      ...changed.map((name) => events.on(name, () => this.forget())),
      events.on('settings.changed', () => this.review()),
      events.on('storage.changed', () => {
        if (measure().finishedAt !== this.measuredAt) this.review();
        this.measuredAt = measure().finishedAt;
      }),
    ];
    this.measuredAt = measure().finishedAt;
    this.timer = setInterval(() => this.review(), reviewEveryMs).unref();
    this.review();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    for (const stop of this.stopListening) stop();
    await this.reviewing;
  }

  /** What was counted is no longer so: somebody changed clips without an event. */
  forget(): void {
    this.cells.forget();
    this.bytes.forget();
  }

  /** From memory, or a sum over the days after something has changed; asked before each clip that is fetched. */
  async pressureParts(): Promise<PressureParts> {
    const [inArchive, trash] = await Promise.all([this.bytes.get(), this.deps.trashTotals()]);
    return {
      archiveBytes: inArchive,
      trashBytes: trash.bytes,
      usedBytes: inArchive + trash.bytes + besideBytes(this.deps.measure()),
    };
  }

  async view(): Promise<Storage> {
    const { volume, measure: measureNow } = this.deps;
    const cells = await this.cells.get();
    const archive = totalsOf(cells);
    const trash = await this.deps.trashTotals();
    const measure = measureNow();
    const { quotaGib } = this.deps.settings();
    const usedBytes = archive.bytes + trash.bytes + besideBytes(measure);
    const space = this.seenSpace();
    return {
      volume: volume.status,
      archive,
      cells,
      trash,
      measure,
      quota: quotaGib > 0 ? { limitBytes: Math.round(quotaGib * 2 ** 30), usedBytes } : null,
      otherDataBytes:
        space && measure.finishedAt !== null
          ? Math.max(0, space.totalBytes - space.freeBytes - usedBytes - measure.recycleBytes)
          : null,
      config: this.config.facts,
      forecast: await this.forecast(cells, { trashBytes: trash.bytes, quotaUsedBytes: usedBytes }),
    };
  }

  /** A volume that sleeps or hangs was as full when it was last seen. */
  private seenSpace() {
    const { freeBytes, totalBytes } = this.deps.volume.status;
    if (freeBytes !== null && totalBytes !== null) this.space = { freeBytes, totalBytes };
    return this.space;
  }

  private async forecast(cells: UsageCell[], used: { trashBytes: number; quotaUsedBytes: number }) {
    const { db, clock, zone, termOf } = this.deps;
    const settings = this.deps.settings();
    const now = clock.now();
    const date = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
    const today = date.toString();
    const from = date.subtract({ days: daysLookedBack }).toString();
    return forecastDisk({
      ...used,
      now,
      today,
      cells,
      settings,
      daily: await lastDays(db, { from, to: today, limit: recordingDays }),
      disk: this.seenSpace(),
      termOf: (scope) => termOf(scope, settings),
    });
  }

  /** In turn, in the background. */
  private review(): void {
    this.reviewing = this.reviewing
      .then(() => (this.isStopped ? undefined : this.tellProblems()))
      .catch((error: unknown) => this.deps.log.error({ err: error }, 'the storage could not be reviewed'));
  }

  private async tellProblems(): Promise<void> {
    const problems = storageProblems(await this.view(), this.space?.totalBytes ?? null);
    await this.tell(rulesKey, problems.rules);
    await this.tell(recycleKey, problems.recycle);
  }

  private async tell(key: string, problem: StorageProblems['rules']): Promise<void> {
    const { problems } = this.deps;
    await (problem ? problems.raise({ key, severity: 'warning', ...problem }) : problems.end(key));
  }
}

/**
 * What lies in the recordings folder beside archive and trash, and counts towards the quota. Not a recycle bin: a share
 * that puts into it what is deleted here would make the rule delete more and more.
 */
function besideBytes(measure: Measure): number {
  const { exportsBytes, partsBytes, importBytes, cachesBytes, trashStrayBytes, otherBytes } = measure;
  return exportsBytes + partsBytes + importBytes + cachesBytes + trashStrayBytes + otherBytes;
}
