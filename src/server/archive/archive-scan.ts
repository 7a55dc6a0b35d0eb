import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { isUsable, type ArchiveVolume as VolumeStatus } from '../../shared/status.ts';
import { chunks } from '../lib/chunks.ts';
import type { Logger } from '../lib/logger.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { ArchiveWalk, type FolderContents, type ScanNote } from './archive-walk.ts';
import { ScanFiling, type ScanFilingDeps } from './scan-filing.ts';
import type { FoundFile } from './scan-plan.ts';
import { archivedPaths } from './scan-repository.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';

export interface ArchiveScanDeps extends ScanFilingDeps {
  volume: ArchiveVolume;
  log: Logger;
  listTimeoutMs: number;
  /** Called after each step, often: whoever shows it limits how often. */
  onProgress(counts: ScanCounts): void;
  onFiled(localDays: Map<number, Set<string>>): void;
}

export interface ScanCounts {
  folders: number;
  files: number;
  found: number;
}

/** Names compared with the ledger at once, and rows a transaction carries at most. */
const filesAtOnce = 500;
const examplesShown = 3;
const examplesLogged = 100;

const noteWords: Record<Parameters<ScanNote>[0], string> = {
  unreadable: 'could not be read',
  empty: 'empty',
  vanished: 'vanished while they were looked at',
  name: 'with a name that is no text',
  sidecar: 'with a sidecar (.json) that cannot be read',
};

/** Whether the archive can be looked through: it is there, and its marker says that it is the one we know. */
export function canScan(status: VolumeStatus): boolean {
  return isUsable(status) || (status.state === 'full' && status.freeBytes !== null);
}

/**
 * One look through the whole archive folder. Files at paths that the ledger has as archived are not even touched, so
 * that a scan that was stopped goes on, in effect, where it was. Nothing is deleted, moved or declared missing.
 */
export class ArchiveScan {
  private readonly deps: ArchiveScanDeps;
  private readonly filing: ScanFiling;
  private readonly notes = new Map<Parameters<ScanNote>[0], { count: number; examples: string[] }>();
  private readonly counts: ScanCounts = { folders: 0, files: 0, found: 0 };
  private moved = 0;
  private left = 0;
  private pending: FoundFile[] = [];
  private readonly beganAt: number;

  constructor(deps: ArchiveScanDeps) {
    this.deps = deps;
    this.filing = new ScanFiling(deps);
    this.beganAt = deps.clock.now();
  }

  /**
   * Returns what is to be said of it, for people. Throws a `VolumeError` when the volume does not answer or is not
   * the archive any more, and the signal's reason when aborted; what was filed by then stays.
   */
  async run(signal: AbortSignal): Promise<string | null> {
    const { volume, listTimeoutMs } = this.deps;
    const note: ScanNote = (what, detail) => this.note(what, detail);
    const walk = new ArchiveWalk({ volume, note, signal, listTimeoutMs });
    for await (const contents of walk.folders()) {
      for (const names of chunks(contents.clips, filesAtOnce)) {
        await this.compare(walk, contents, names);
        if (this.pending.length >= filesAtOnce) await this.filePending(walk, signal);
        signal.throwIfAborted();
      }
      this.counts.folders++;
      this.deps.onProgress(this.counts);
    }
    await this.filePending(walk, signal);
    // An empty mount point would have looked like a small archive.
    await this.requireVolume(signal);
    return this.summary();
  }

  private async compare(walk: ArchiveWalk, contents: FolderContents, names: string[]): Promise<void> {
    const pathOf = (name: string) => (contents.path === '' ? name : `${contents.path}/${name}`);
    const known = await archivedPaths(this.deps.db, names.map(pathOf));
    const unknown = names.filter((name) => !known.has(pathOf(name)));
    this.pending.push(...(await walk.measure(contents, unknown)));
    this.counts.files += names.length;
    this.deps.onProgress(this.counts);
  }

  private async filePending(walk: ArchiveWalk, signal: AbortSignal): Promise<void> {
    const { pending } = this;
    this.pending = [];
    for (const files of chunks(pending, filesAtOnce)) {
      const vanished = await walk.vanished(await this.filing.doubtful(files));
      await this.requireVolume(signal);
      const filed = await this.filing.file(files, { vanished, lookedAt: this.beganAt });
      this.counts.found += filed.found;
      this.moved += filed.moved;
      this.left += filed.left;
      if (filed.localDays.size > 0) this.deps.onFiled(filed.localDays);
      this.deps.onProgress(this.counts);
      await yieldToOthers();
    }
  }

  private async requireVolume(signal: AbortSignal): Promise<void> {
    const status = await unlessAborted(this.deps.volume.check(), signal);
    if (!canScan(status)) throw new VolumeError(status.state, status.message ?? 'The archive is not there.');
  }

  private note(what: Parameters<ScanNote>[0], detail: string): void {
    const seen = this.notes.get(what) ?? { count: 0, examples: [] };
    this.notes.set(what, seen);
    if (seen.examples.length < examplesShown) seen.examples.push(detail);
    if (seen.count++ < examplesLogged)
      this.deps.log.warn({ what: noteWords[what], path: detail }, 'a note on the scan of the archive');
  }

  private summary(): string | null {
    const notes = [...this.notes].map(
      ([what, { count, examples }]) =>
        `${count} ${noteWords[what]}: ${examples.join(', ')}${count > examples.length ? ', …' : ''}.`,
    );
    if (this.moved > 0) notes.push(`${this.moved} found in another place than before.`);
    if (this.left > 0)
      notes.push(`${this.left} left alone, for they are just being fetched or were just deleted.`);
    return notes.length === 0 ? null : notes.join(' ');
  }
}
