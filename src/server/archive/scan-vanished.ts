import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Database } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import type { ArchiveWalk } from './archive-walk.ts';
import type { ClipRepository } from './clip-repository.ts';
import { archiveTotals } from './day-repository.ts';
import type { FoundFile } from './scan-plan.ts';
import { planRenames, type Rename } from './scan-renames-plan.ts';
import { mayMarkMissing, type Vanished } from './scan-missing-policy.ts';
import { archivedAt, type UnseenClip } from './scan-repository.ts';

export interface ScanVanishedDeps {
  db: Database;
  clips: ClipRepository;
  volume: ArchiveVolume;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
  /** Throws when the volume is not there, or not the archive we know. */
  requireVolume(): Promise<void>;
}

const rowsAtOnce = 500;
/** More are not remembered: they are a good part of any archive, and nothing is done about them unasked. */
const mostSuspects = 200_000;
/** Contents are compared for no more than this in one scan. */
const mostHashedBytes = 4e9;
const hashedAtOnce = 4 * 1024 * 1024;

/**
 * Archived clips that a scan did not see where they should be. Nothing is concluded before the scan has come to its
 * end: then those whose files lie under another name are followed, and of the rest it is looked once more, with the
 * archive's marker there before and after.
 */
export class ScanVanished {
  private readonly deps: ScanVanishedDeps;
  private readonly suspects = new Set<string>();

  constructor(deps: ScanVanishedDeps) {
    this.deps = deps;
  }

  suspect(path: string): void {
    if (this.suspects.size < mostSuspects) this.suspects.add(path);
  }

  get isFull(): boolean {
    return this.suspects.size >= mostSuspects;
  }

  /** Those at whose places there is nothing, and that are not on their way elsewhere. */
  async gone(walk: ArchiveWalk): Promise<UnseenClip[]> {
    if (this.suspects.size === 0) return [];
    const rows = await archivedAt(this.deps.db, [...this.suspects]);
    const absent = await walk.vanished(rows.map((row) => row.path));
    await this.deps.requireVolume();
    return rows.filter((row) => absent.has(row.path));
  }

  /** Clips among `gone` whose files are among `files`, under other names. */
  async renames(gone: readonly UnseenClip[], files: readonly FoundFile[]): Promise<Rename[]> {
    const { sure, likely } = planRenames(gone, files);
    const found = [...sure];
    const taken = new Set<unknown>();
    let left = mostHashedBytes;
    for (const pair of likely) {
      if (taken.has(pair.clip) || taken.has(pair.file) || pair.file.sizeBytes > left) continue;
      left -= pair.file.sizeBytes;
      if ((await this.hashOf(pair.file)) !== pair.clip.sha256) continue;
      taken.add(pair.clip).add(pair.file);
      found.push(pair);
    }
    return found;
  }

  private async hashOf(file: FoundFile): Promise<string | null> {
    const { volume, signal } = this.deps;
    const hash = createHash('sha256');
    const handle = await unlessAborted(
      volume.run('opening a clip', () => open(volume.pathOf(file.path))),
      signal,
    ).catch(() => null);
    signal.throwIfAborted();
    if (!handle) return null;
    const buffer = Buffer.alloc(hashedAtOnce);
    try {
      for (let at = 0; at < file.sizeBytes;) {
        const read = volume.run('reading a clip', () => handle.read(buffer, 0, hashedAtOnce, at));
        const { bytesRead } = await unlessAborted(read, signal);
        if (bytesRead === 0) return null;
        hash.update(buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
      return hash.digest('hex');
    } finally {
      await volume.release(handle);
    }
  }

  /** Marks what is gone as missing, or leaves everything as it is where that is doubtful. */
  async settle(gone: readonly UnseenClip[], isAccepted: boolean): Promise<VanishedOutcome> {
    const { db, clips, clock, log, signal } = this.deps;
    const vanished: Vanished = { clips: gone.length, archived: (await archiveTotals(db)).clips, isAccepted };
    const isMarked = mayMarkMissing(vanished);
    if (!isMarked) return { ...vanished, isMarked, localDays: new Map() };
    const localDays = new Map<number, Set<string>>();
    for (const some of chunks(gone, rowsAtOnce)) {
      signal.throwIfAborted();
      await this.deps.requireVolume();
      const moved = await db.transaction().execute(async (trx) => {
        const still = await archivedAt(
          trx,
          some.map((clip) => clip.path),
        );
        return clips.transition(
          trx,
          still.map((clip) => clip.id),
          ['archived'],
          { to: 'missing', reason: null, at: clock.now(), patch: { path: null, gpx_sidecar: null } },
        );
      });
      for (const { camera_id, local_day } of moved)
        localDays.set(camera_id, (localDays.get(camera_id) ?? new Set()).add(local_day));
      await yieldToOthers();
    }
    log.warn(
      { clips: gone.length, examples: gone.slice(0, 20).map((clip) => clip.path) },
      'clips are not in the recordings folder any more',
    );
    return { ...vanished, isMarked, localDays };
  }
}

export interface VanishedOutcome extends Vanished {
  isMarked: boolean;
  localDays: Map<number, Set<string>>;
}
