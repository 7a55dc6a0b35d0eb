import { join } from 'node:path';
import type { Backup, System } from '../../shared/system.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import type { ZonedTimes } from '../lib/zones.ts';
import { backupFolderOf, listBackups, prepareBackupFolder, pruneBackups } from './backup-files.ts';
import { isBackupDue } from './backup-plan.ts';
import { databaseFileName } from './open.ts';
import type { DatabaseThreads } from './run-job.ts';
import { freeName, stampOf } from './sqlite-files.ts';

export const backupsKept = 7;
const lookEveryMs = 5 * 60_000;

export interface BackupDeps {
  configDir: string;
  clock: Clock;
  times: ZonedTimes;
  threads: DatabaseThreads;
  log: Logger;
  /** The list, or what is under way, is not what it was. */
  onChange(): void;
  /** Why the last backup failed; null when it did not. */
  onOutcome(error: string | null): void;
}

/** Backs the database up every night and when asked, by SQLite's own backup, in a thread of its own. */
export class BackupService implements Component {
  private readonly deps: BackupDeps;
  private readonly stopped = new AbortController();
  private startedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<Backup> | null = null;
  private error: string | null = null;

  constructor(deps: BackupDeps) {
    this.deps = deps;
  }

  start(): void {
    this.startedAt = this.deps.clock.now();
    this.timer = setInterval(() => this.look(), lookEveryMs).unref();
    this.look();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopped.abort();
    await this.running?.catch(() => undefined);
  }

  /** From memory. */
  get isRunning(): boolean {
    return this.running !== null;
  }

  get status(): System['backups'] {
    const folder = backupFolderOf(this.deps.configDir);
    const shown = { folder, keep: backupsKept, running: this.running !== null };
    try {
      return { ...shown, list: listBackups(this.deps.configDir), error: this.error };
    } catch (error) {
      return { ...shown, list: [], error: messageOf(error) };
    }
  }

  /** Makes the night's backup when it is due. */
  look(): void {
    try {
      if (this.isDue()) void this.backUp().catch(() => undefined);
    } catch (error) {
      this.ended(messageOf(error));
    }
  }

  private isDue(): boolean {
    const { clock, configDir, times } = this.deps;
    const now = clock.now();
    return isBackupDue({
      now,
      lastAt: listBackups(configDir)[0]?.at ?? null,
      startedAt: this.startedAt,
      offsetMinutes: times.place(new Date(now).toISOString().slice(0, 19)).offsetMinutes,
    });
  }

  /** Backs up now; who asks meanwhile gets the same one. */
  backUp(): Promise<Backup> {
    this.running ??= this.make().finally(() => {
      this.running = null;
      this.deps.onChange();
    });
    this.deps.onChange();
    return this.running;
  }

  private async make(): Promise<Backup> {
    const { configDir, clock, log } = this.deps;
    try {
      const folder = prepareBackupFolder(configDir);
      const name = freeName(folder, `viofosync-${stampOf(clock.now())}`, '.db');
      const source = join(configDir, databaseFileName);
      await this.deps.threads.run(
        'copy',
        { source, target: join(folder, name) },
        { signal: this.stopped.signal },
      );
      pruneBackups(configDir, backupsKept);
      const made = listBackups(configDir).find((backup) => backup.name === name);
      if (!made) throw new Error('the finished backup is not there');
      log.info({ backup: name, bytes: made.bytes }, 'database backed up');
      this.ended(null);
      return made;
    } catch (error) {
      if (this.stopped.signal.aborted) throw error;
      this.ended(messageOf(error));
      log.error({ reason: messageOf(error) }, 'the database could not be backed up');
      throw new AppError('unavailable', `The database could not be backed up: ${messageOf(error)}.`);
    }
  }

  private ended(error: string | null): void {
    this.error = error;
    this.deps.onOutcome(error);
  }
}
