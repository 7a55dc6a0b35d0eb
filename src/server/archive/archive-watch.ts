import { watch, type FSWatcher } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { Events } from '../../shared/events.ts';
import type { Database } from '../db/open.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { canScan } from './archive-scan.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { changeOf } from './archive-watch-policy.ts';
import { below } from './folder-path-policy.ts';
import { ledgerIn, type LedgerFolder } from './scan-repository.ts';
import { errnoOf } from '../lib/errors.ts';
import type { ScanService } from './scan-service.ts';

export interface ArchiveWatchDeps {
  db: Database;
  volume: ArchiveVolume;
  scan: Pick<ScanService, 'lookAround' | 'status'>;
  events: EventBus<Events>;
  log: Logger;
  /** The file system tells of changes that this machine makes, and no other machine makes any. */
  isLocal: () => boolean;
  /** Something of it is going on that changes folders all the time: looks wait. */
  isBusy?: () => boolean;
  /** Watched folders at most; of the others their stamps are looked at. */
  maxFolders?: number;
  settleMs?: number;
  /** Between looks at all stamps, where the file system tells of changes and where it does not. */
  localEveryMs?: number;
  remoteEveryMs?: number;
}

const defaults = {
  maxFolders: 1000,
  settleMs: 5000,
  localEveryMs: 6 * 60 * 60_000,
  remoteEveryMs: 15 * 60_000,
};
/** A look takes no more than this share of the time. */
const lookShare = 0.02;
const minuteMs = 60_000;

/**
 * Notices clips that are put into the archive, renamed or taken away by hand: by watching its folders where the file
 * system tells of changes, the newest of them, and by looking at the stamps of all from time to time. What the program
 * itself does there is told as well; it is known to the ledger then, and no folder is looked at for it.
 */
export class ArchiveWatch implements Component {
  private readonly deps: ArchiveWatchDeps & typeof defaults;
  private readonly watchers = new Map<string, FSWatcher>();
  /** Names that something was told of, by folder; null: the whole folder. */
  private readonly changed = new Map<string, Set<string> | null>();
  private settling: NodeJS.Timeout | undefined;
  private round: NodeJS.Timeout | undefined;
  private working: Promise<void> = Promise.resolve();
  private stopListening: (() => void)[] = [];
  private mayLookAt = 0;
  private scannedAt: number | null = null;
  private hasEnded = false;

  constructor(deps: ArchiveWatchDeps) {
    this.deps = { ...defaults, ...deps };
  }

  start(): void {
    const { events } = this.deps;
    this.stopListening = [
      events.on('archive.changed', () => this.soon()),
      events.on('system.changed', () => this.noteScan()),
    ];
    this.soon();
    this.planRound();
  }

  async stop(): Promise<void> {
    this.hasEnded = true;
    for (const stop of this.stopListening) stop();
    clearTimeout(this.settling);
    clearTimeout(this.round);
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
    await this.working;
  }

  /** How many folders tell of their changes now. */
  get watched(): number {
    return this.watchers.size;
  }

  /** After a scan there may be other folders to watch. */
  private noteScan(): void {
    const { finishedAt } = this.deps.scan.status;
    if (finishedAt === this.scannedAt) return;
    this.scannedAt = finishedAt;
    this.soon();
  }

  private planRound(): void {
    const { isLocal, localEveryMs, remoteEveryMs } = this.deps;
    const everyMs = isLocal() ? localEveryMs : remoteEveryMs;
    this.round = setTimeout(() => {
      this.work(() => this.lookEverywhere());
      this.planRound();
    }, everyMs).unref();
  }

  private work(task: () => Promise<void>): void {
    this.working = this.working.then(() => this.try(task));
  }

  private async try(task: () => Promise<void>): Promise<void> {
    if (this.hasEnded) return;
    try {
      await task();
    } catch (error) {
      this.deps.log.warn({ err: error }, 'the archive’s folders could not be looked at');
    }
  }

  private async lookEverywhere(): Promise<void> {
    if (this.deps.isBusy?.() === true) return;
    const unfinished = await this.deps.scan.lookAround(null);
    for (const folder of unfinished === false ? [] : unfinished) this.note(folder, null);
  }

  /** Which folders are watched, and what was told of them, is looked at when nothing more is told for a moment. */
  private soon(): void {
    if (this.hasEnded) return;
    clearTimeout(this.settling);
    const waitMs = Math.max(this.deps.settleMs, this.mayLookAt - performance.now());
    this.settling = setTimeout(() => this.work(() => this.settle()), waitMs).unref();
  }

  private note(folder: string, name: string | null): void {
    const names = this.changed.get(folder);
    if (name === null) this.changed.set(folder, null);
    else if (names) names.add(name);
    else if (names === undefined) this.changed.set(folder, new Set([name]));
    this.soon();
  }

  private async settle(): Promise<void> {
    if (!canScan(this.deps.volume.status)) return this.unwatch();
    if (this.deps.isLocal()) await this.watchFolders();
    if (this.changed.size === 0) return;
    const told = new Map(this.changed);
    this.changed.clear();
    const folders = await this.worthALook(told);
    if (folders.length === 0) return;
    const began = performance.now();
    const unfinished = await this.deps.scan.lookAround(folders);
    const tookMs = performance.now() - began;
    this.mayLookAt = performance.now() + Math.min(tookMs / lookShare, minuteMs);
    // A scan is under way: it may have passed these folders already.
    for (const folder of unfinished === false ? folders : unfinished) this.note(folder, null);
    if (unfinished !== false) await this.watchFolders();
  }

  private unwatch(): void {
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  /** Folders of which something was told that the ledger does not know already. */
  private async worthALook(told: ReadonlyMap<string, Set<string> | null>): Promise<string[]> {
    const folders: string[] = [];
    for (const [folder, names] of told)
      if (names === null || (await this.isNews(folder, names))) folders.push(folder);
    return folders;
  }

  private async isNews(folder: string, names: ReadonlySet<string>): Promise<boolean> {
    const changes = [...names].map((name) => ({ name, what: changeOf(folder, name) }));
    const worth = changes.filter(({ what }) => what !== 'nothing');
    if (worth.length === 0) return false;
    const ledger = (await ledgerIn(this.deps.db, [folder])).get(folder);
    for (const { name, what } of worth)
      if (await this.isOther(below(folder, name), { what, isKnown: isKnown(ledger, name) })) return true;
    return false;
  }

  /** Whether what lies there now is other than the ledger has it. */
  private async isOther(
    path: string,
    { what, isKnown: wasThere }: { what: 'clip' | 'folder' | 'nothing'; isKnown: boolean },
  ): Promise<boolean> {
    const { volume } = this.deps;
    try {
      const entry = await volume.run('looking for a clip', () => lstat(volume.pathOf(path)));
      return !wasThere && (what === 'clip' ? entry.isFile() : entry.isDirectory());
    } catch (error) {
      return wasThere && errnoOf(error) === 'ENOENT';
    }
  }

  /** The root, and of the folders that the scans know the latest by name: there things happen. */
  private async watchFolders(): Promise<void> {
    const { db, maxFolders } = this.deps;
    const rows = await db
      .selectFrom('folder')
      .select('path')
      .orderBy('path', 'desc')
      .limit(maxFolders - 1)
      .execute();
    const wanted = new Set(['', ...rows.map((row) => row.path)]);
    for (const [path, watcher] of this.watchers)
      if (!wanted.has(path)) {
        watcher.close();
        this.watchers.delete(path);
      }
    for (const path of wanted) if (!this.watchers.has(path)) await this.watchOne(path);
  }

  private async watchOne(path: string): Promise<void> {
    const { volume, log } = this.deps;
    const place = volume.pathOf(path);
    try {
      // A disk that is asleep is woken here, where nobody waits: the call to watch is one that the whole process waits for.
      await volume.run('looking at a folder', () => lstat(place));
      if (this.hasEnded) return;
      const watcher = watch(place, { persistent: false }, (_, name) => {
        // Whatever has this name now, it is another folder than the one that was watched.
        if (name !== null) this.drop(below(path, name));
        this.note(path, name);
      });
      // It is gone, or there are no watches left: the looks at all stamps find what changes there.
      watcher.on('error', () => this.drop(path));
      this.watchers.set(path, watcher);
      // What changed before it was watched, also while the program did not run, its stamp tells.
      this.note(path, null);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') log.debug({ err: error }, 'a folder cannot be watched');
    }
  }

  private drop(path: string): void {
    this.watchers.get(path)?.close();
    this.watchers.delete(path);
  }
}

const isKnown = (ledger: LedgerFolder | undefined, name: string): boolean =>
  ledger?.clips.has(name) === true || ledger?.folders.has(name) === true;
