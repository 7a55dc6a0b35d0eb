import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { isUsable, type ArchiveVolume as VolumeStatus } from '../../shared/status.ts';
import { chunks } from '../lib/chunks.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { ArchiveWalk, type FolderContents, type MeasuredClip, type WalkStep } from './archive-walk.ts';
import { below } from './folder-path-policy.ts';
import { GrowingSource } from './folder-source.ts';
import { ScanFiling, type ScanFilingDeps } from './scan-filing.ts';
import { filesOfBatch, FirstFiling, foldersOf } from './scan-first-filing.ts';
import type { FirstBatch, FirstCameras } from './scan-first-plan.ts';
import { FolderBook } from './scan-folders.ts';
import type { ClipMove } from './scan-moves.ts';
import { ScanNotes } from './scan-notes.ts';
import type { FoundFile } from './scan-plan.ts';
import {
  bytesAt,
  hasArchived,
  ledgerIn,
  pathsBelow,
  type LedgerFolder,
  type UnseenClip,
} from './scan-repository.ts';
import { followMoves } from './sidecar-follow.ts';
import { ScanVanished, type VanishedOutcome } from './scan-vanished.ts';

export interface ArchiveScanDeps extends ScanFilingDeps {
  volume: ArchiveVolume;
  log: Logger;
  listTimeoutMs: number;
  /** See `FollowDeps`. */
  isOwnGpx?: (text: string) => boolean;
  /** Called after each step, often: whoever shows it limits how often. */
  onProgress(counts: ScanCounts): void;
  onFiled(localDays: Map<number, Set<string>>): void;
}

export interface ScanOptions {
  /** Also folders that have not changed are read, and every file's size and time looked at. */
  isThorough: boolean;
  /** These folders and what is new below them; null is the whole archive. */
  folders: readonly string[] | null;
  /** A person said that clips whose files are gone are really gone. */
  acceptsMissing: boolean;
  /** Files written to just now may still grow: they are left to a later look. */
  leavesFresh: boolean;
}

export interface ScanCounts {
  folders: number;
  files: number;
  found: number;
  missing: number;
  skippedFolders: number;
}

/** What a scan came to. */
export interface ScanOutcome {
  /** What is to be said of it, for people. */
  message: string | null;
  vanished: VanishedOutcome;
  /** Folders with files that were left for they are still being written. */
  unfinished: string[];
}

/** Rows a transaction carries at most. */
const filesAtOnce = 1000;
/** Files of unknown names that wait for the end of the scan, when it is known whether they are clips that were renamed. */
const mostHeld = 20_000;
const pathsAtOnce = 5000;
const freshMs = 10_000;
/** File systems and shares keep times by two seconds at the coarsest. */
const sameTimeMs = 2000;

/** Whether the archive can be looked through: it is there, and its marker says that it is the one we know. */
export function canScan(status: VolumeStatus): boolean {
  return isUsable(status) || (status.state === 'full' && status.freeBytes !== null);
}

/**
 * One look through the archive folder. Folders that have not changed since the last look are passed over, so that a
 * scan that was stopped goes on, in effect, where it was. Nothing is deleted or moved; what is declared missing is
 * decided at the very end (`ScanVanished`).
 */
export class ArchiveScan {
  private readonly deps: ArchiveScanDeps;
  private readonly options: ScanOptions;
  private readonly filing: ScanFiling;
  private readonly notes: ScanNotes;
  private readonly counts: ScanCounts = { folders: 0, files: 0, found: 0, missing: 0, skippedFolders: 0 };
  private pending: FoundFile[] = [];
  /** Of unknown names, with their folders. */
  private readonly held = new Map<FoundFile, string>();
  private readonly unfinished = new Set<string>();
  /** Folders whose clips are in batches that are not filed yet. */
  private readonly prepared = new Set<string>();
  /** Folders in which something is not where it was: what is known of them waits for the end. */
  private readonly doubtful = new Set<string>();
  private readonly beganAt: number;
  private signal = AbortSignal.abort();
  private book!: FolderBook;
  private walk!: ArchiveWalk;
  private first: FirstFiling | null = null;
  private vanished!: ScanVanished;
  private knows = false;

  constructor(deps: ArchiveScanDeps, options: ScanOptions) {
    this.deps = deps;
    this.options = options;
    this.filing = new ScanFiling(deps);
    this.notes = new ScanNotes(deps.log);
    this.beganAt = deps.clock.now();
  }

  /**
   * Throws a `VolumeError` when the volume does not answer or is not the archive any more, and the signal's reason
   * when aborted; what was filed by then stays.
   */
  async run(signal: AbortSignal): Promise<ScanOutcome> {
    const { db, volume, clock, listTimeoutMs } = this.deps;
    this.signal = signal;
    this.knows = await hasArchived(db);
    this.book = await FolderBook.load(db, this.options);
    const cameras = await this.preparedFor();
    this.first = cameras && new FirstFiling(this.deps, cameras);
    const source = new GrowingSource({ root: volume.root, cameras });
    const note = this.notes.note;
    const shared = { volume, source, clock, note, signal, listTimeoutMs };
    const isPartial = this.options.folders !== null;
    this.walk = new ArchiveWalk({ ...shared, known: this.book, measures: !this.knows, isPartial });
    this.vanished = new ScanVanished({ ...this.deps, signal, requireVolume: () => this.requireVolume() });
    try {
      for await (const step of this.walk.folders(this.options.folders ?? undefined)) await this.take(step);
      return await this.end();
    } finally {
      source.close();
    }
  }

  /** The cameras that clips are prepared for in a ledger without any in the archive; null: they are not. */
  private async preparedFor(): Promise<FirstCameras | null> {
    if (this.knows || this.options.folders !== null || this.options.leavesFresh) return null;
    const cameras = await this.deps.db.selectFrom('camera').select('archive_folder').orderBy('id').execute();
    return foldersOf(cameras);
  }

  private async take({ folders, batches }: WalkStep): Promise<void> {
    await this.takeFolders(folders);
    await this.fileBatches(batches, () => this.prepared.clear());
  }

  private async fileBatches(
    batches: readonly FirstBatch[],
    beforeLast: () => void = () => undefined,
  ): Promise<void> {
    if (batches.length > 0) await this.requireVolume();
    for (const [index, batch] of batches.entries()) {
      if (index === batches.length - 1) beforeLast();
      await this.fileFirst(batch);
      this.signal.throwIfAborted();
    }
  }

  private async takeFolders(folders: readonly FolderContents[]): Promise<void> {
    const read = folders.filter((folder) => !folder.isUnchanged);
    const paths = read.map((folder) => folder.path);
    const ledger = this.knows ? await ledgerIn(this.deps.db, paths) : null;
    for (const folder of folders) {
      this.counts.folders++;
      if (folder.isUnchanged) this.passOver(folder);
      else await this.takeFolder(folder, ledger?.get(folder.path) ?? null);
      this.signal.throwIfAborted();
    }
    if (this.pending.length >= filesAtOnce) await this.filePending();
    this.deps.onProgress(this.counts);
  }

  private passOver({ path }: FolderContents): void {
    this.counts.skippedFolders++;
    this.counts.files += this.book.clipsOf(path);
  }

  private async takeFolder(folder: FolderContents, ledger: LedgerFolder | null): Promise<void> {
    const notesBefore = this.notes.count;
    const unknown = ledger ? folder.clips.filter((name) => !ledger.clips.has(name)) : folder.clips;
    if (ledger) await this.compare(folder, ledger);
    for await (const { clips, batches } of this.walk.measure(folder, unknown)) {
      for (const clip of clips) {
        const taken = this.takeClip(folder, clip);
        if (taken) await taken;
      }
      await this.fileBatches(batches);
      // What is left goes with the next folders: a transaction for each would be one for each day.
      if (this.pending.length >= filesAtOnce) await this.filePending(filesAtOnce);
    }
    this.noteFolder(folder, this.notes.count === notesBefore);
  }

  private noteFolder(folder: FolderContents, isSound: boolean): void {
    const { path, isMounted, prepared } = folder;
    const clips = prepared?.count ?? folder.clips.length;
    this.counts.files += clips;
    if (this.isUnmounted(folder)) return;
    const isSettled = isSound && !this.unfinished.has(path);
    this.book.note({ path, isMounted, stamp: isSettled ? folder.stamp : null, clips });
    if (prepared) this.prepared.add(path);
  }

  /** A disk or share of its own was mounted there: what lay on it is not gone. */
  private isUnmounted({ path, isMounted }: FolderContents): boolean {
    return !isMounted && this.book.wasMounted(path) && !this.options.acceptsMissing;
  }

  private takeClip(folder: FolderContents, clip: MeasuredClip): Promise<void> | undefined {
    if (this.options.leavesFresh && Math.abs(this.deps.clock.now() - clip.mtimeMs) < freshMs) {
      this.unfinished.add(folder.path);
      return undefined;
    }
    const found = this.walk.found(folder, clip);
    if (found instanceof Promise) return found.then((file) => void this.pending.push(file));
    this.pending.push(found);
    return undefined;
  }

  /** What the ledger has there and the look did not see; of a thorough look also what is other than it was. */
  private async compare(folder: FolderContents, ledger: LedgerFolder): Promise<void> {
    const { path } = folder;
    if (this.isUnmounted(folder)) {
      this.notes.note('unmounted', path === '' ? 'the archive' : path);
      return;
    }
    const seen = new Set(folder.clips);
    for (const name of ledger.clips) if (!seen.has(name)) this.suspect(path, below(path, name));
    const folders = new Set(folder.folders);
    for (const name of new Set([...ledger.folders, ...this.book.childrenOf(path)]))
      if (!folders.has(name)) await this.folderVanished(path, below(path, name));
    if (!this.options.isThorough) return;
    await this.compareBytes(
      folder,
      folder.clips.filter((name) => ledger.clips.has(name)),
    );
  }

  private suspect(folder: string, path: string): void {
    this.doubtful.add(folder);
    this.vanished.suspect(path);
  }

  private async folderVanished(parent: string, path: string): Promise<void> {
    if (!this.options.acceptsMissing && this.book.hadMounted(path)) {
      this.notes.note('unmounted', path);
      return;
    }
    this.book.drop(path);
    let after: string | null = null;
    do {
      const paths: string[] = await pathsBelow(this.deps.db, path, { after, limit: pathsAtOnce });
      for (const one of paths) this.suspect(parent, one);
      after = paths.at(-1) ?? null;
    } while (after !== null && !this.vanished.isFull);
  }

  private async compareBytes(folder: FolderContents, names: readonly string[]): Promise<void> {
    const known = await bytesAt(
      this.deps.db,
      names.map((name) => below(folder.path, name)),
    );
    for await (const { clips } of this.walk.measure(folder, names)) {
      const changed = clips.flatMap(({ name, sizeBytes, mtimeMs }) => {
        const row = known.get(below(folder.path, name));
        if (!row) return [];
        const isOther = row.sizeBytes !== sizeBytes;
        if (!isOther && Math.abs((row.mtimeMs ?? 0) - mtimeMs) <= sameTimeMs) return [];
        if (isOther) this.notes.note('changed', below(folder.path, name));
        return [{ id: row.id, sizeBytes, mtimeMs, isOther }];
      });
      if (changed.length === 0) continue;
      await this.requireVolume();
      this.deps.onFiled(await this.filing.changed(changed));
    }
  }

  /** `atLeast`: fewer than so many stay for the next time. */
  private async filePending(atLeast = 1): Promise<void> {
    while (this.pending.length >= atLeast) {
      const files = this.pending.splice(0, filesAtOnce);
      if (!this.knows) {
        await this.file(files, new Set());
        continue;
      }
      const { doubtful, unheard } = await this.filing.compare(files);
      for (const file of unheard) this.hold(file);
      const others = files.filter((file) => !this.held.has(file));
      if (others.length > 0) await this.file(others, await this.walk.vanished(doubtful));
    }
  }

  private hold(file: FoundFile): void {
    if (this.held.size < mostHeld) this.held.set(file, folderOf(file.path));
  }

  private async file(files: readonly FoundFile[], vanished: ReadonlySet<string>): Promise<void> {
    await this.requireVolume();
    const waiting = this.waiting();
    const filed = await this.filing.file(files, {
      vanished,
      lookedAt: this.beganAt,
      along: async (trx, left) => {
        for (const path of left) this.book.unsettle(folderOf(path));
        await this.book.save(trx, { now: this.deps.clock.now(), butFor: waiting });
      },
    });
    await this.follow(filed.moves);
    this.notes.left += filed.left;
    await this.tellFiled(filed.found, filed.localDays);
  }

  /** Clips that were prepared; where the ledger has something of them after all, they go the long way. */
  private async fileFirst(batch: FirstBatch): Promise<void> {
    const waiting = this.waiting();
    const localDays = await this.first?.file(batch, (trx) =>
      this.book.save(trx, { now: this.deps.clock.now(), butFor: waiting }),
    );
    if (localDays) await this.tellFiled(batch.clips, localDays);
    else await this.file(filesOfBatch(batch), new Set());
  }

  /** Folders of which not everything is in the ledger yet. */
  private waiting(): Set<string> {
    const waiting = new Set([...this.doubtful, ...this.held.values(), ...this.prepared]);
    for (const { path } of this.pending) waiting.add(folderOf(path));
    return waiting;
  }

  private async tellFiled(found: number, localDays: Map<number, Set<string>>): Promise<void> {
    this.counts.found += found;
    if (localDays.size > 0) this.deps.onFiled(localDays);
    this.deps.onProgress(this.counts);
    await yieldToOthers();
  }

  private async end(): Promise<ScanOutcome> {
    await this.filePending();
    const gone = await this.vanished.gone(this.walk);
    const renamed = await this.fileHeld(gone);
    // An empty mount point would have looked like a small archive.
    await this.requireVolume();
    const still = gone.filter((clip) => !renamed.has(clip));
    const vanished = await this.vanished.settle(still, this.options.acceptsMissing);
    if (vanished.isMarked) this.counts.missing = vanished.clips;
    else if (still.length > 0) this.keepDoubts();
    await this.book.saveRest(this.deps.db, this.deps.clock.now());
    this.deps.onFiled(vanished.localDays);
    this.deps.onProgress(this.counts);
    return { message: this.notes.summary(), vanished, unfinished: [...this.unfinished] };
  }

  /** What waited for the end: files that are clips under other names, and new ones. */
  private async fileHeld(gone: readonly UnseenClip[]): Promise<Set<UnseenClip>> {
    const files = [...this.held.keys()];
    const renames = await this.vanished.renames(gone, files);
    if (renames.length > 0) {
      await this.requireVolume();
      const { moves, localDays } = await this.filing.rename(renames);
      this.deps.onFiled(localDays);
      await this.follow(moves);
    }
    const renamed = new Set(renames.map(({ file }) => file));
    this.held.clear();
    for (const some of chunks(
      files.filter((file) => !renamed.has(file)),
      filesAtOnce,
    ))
      await this.file(some, new Set());
    return new Set(renames.map(({ clip }) => clip));
  }

  private async follow(moves: readonly ClipMove[]): Promise<void> {
    this.notes.moved += moves.length;
    if (moves.length > 0) await followMoves({ ...this.deps, signal: this.signal }, moves);
  }

  /** Nobody knows yet whether what is not there is gone: the next scan is to see the same again. */
  private keepDoubts(): void {
    for (const path of this.doubtful) this.book.unsettle(path);
    this.book.keepDropped();
  }

  private async requireVolume(): Promise<void> {
    const status = await unlessAborted(this.deps.volume.check(), this.signal);
    if (!canScan(status)) throw new VolumeError(status.state, status.message ?? 'The archive is not there.');
  }
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
