import { lstat } from 'node:fs/promises';
import type { Settings } from '../../shared/settings.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { Database } from '../db/open.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { GpxFiles } from './gpx-file.ts';
import { judgeGpx } from './gpx-plan.ts';
import { gpxPlace, gpxSidecar } from './gpx-sidecar.ts';
import { unpackFixes } from './track-codec.ts';
import { dueGpx, gpxDue, type DueGpx } from './track-due.ts';
import { contextOf } from './track-reader.ts';

export interface GpxKeeperDeps {
  db: Database;
  volume: Pick<ArchiveVolume, 'run' | 'pathOf' | 'status'>;
  log: Logger;
  settings: () => Pick<Settings, 'writeGpx'>;
  signal: AbortSignal;
  retryMs?: number;
}

/** More that cannot be written than this, and the rest waits with them. */
const maxFailed = 1000;
/** Of the volume as a whole, not of one file. */
const volumeCodes: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'EROFS'];

/**
 * Writes the GPX files that are due (`track.gpx_for`): those of clips just read, and those whose clips were moved in
 * time. A file of another program is never changed, and a good one of the existing system stays as it is.
 */
export class GpxKeeper {
  private readonly deps: GpxKeeperDeps;
  private readonly files: GpxFiles;
  /** Clips whose file could not be written for a reason of its own, until they are tried again. */
  private readonly failed = new Set<number>();
  private failedSince = -Infinity;
  /** The volume takes nothing: until when nothing is tried. */
  private waitsUntil = -Infinity;

  constructor(deps: GpxKeeperDeps) {
    this.deps = deps;
    this.files = new GpxFiles(deps.volume);
  }

  /** Whether a file is to be written that can be written now. */
  async isDue(): Promise<boolean> {
    return (await this.next()) !== undefined;
  }

  /** Writes the newest that is due. */
  async writeNext(): Promise<void> {
    const id = await this.next();
    if (id !== undefined) await this.write(id);
  }

  /** Writes the file of a clip, if it is due. What cannot be written now stays due. */
  async write(clipId: number): Promise<void> {
    if (!this.isOpen()) return;
    const due = await dueGpx(this.deps.db, clipId);
    if (!due) return;
    try {
      await this.bringUpToDate(due);
    } catch (error) {
      if (error instanceof VolumeError || this.deps.signal.aborted) throw error;
      this.note(due, error);
    }
  }

  private isOpen(): boolean {
    const { settings, volume, retryMs = 10 * 60_000 } = this.deps;
    const now = performance.now();
    if (now - this.failedSince > retryMs) this.failed.clear();
    const { state } = volume.status;
    return settings().writeGpx && state !== 'full' && now >= this.waitsUntil && this.failed.size < maxFailed;
  }

  private async next(): Promise<number | undefined> {
    if (!this.isOpen()) return undefined;
    const ids = await gpxDue(this.deps.db, this.failed.size + 1);
    return ids.find((id) => !this.failed.has(id));
  }

  private async bringUpToDate({ clip, track, isLeaving }: DueGpx): Promise<void> {
    const { path } = clip;
    if (clip.state !== 'archived' || path === null) return this.settle(track, null);
    // What is written beside it now would stay behind; should its removal fail, it is written then.
    if (isLeaving) return this.wait(clip.id);
    const { volume } = this.deps;
    // Beside a clip only: an orphan in the folder of a clip that is gone would say nothing to anybody.
    await this.unlessStopped(volume.run('looking for a clip', () => lstat(volume.pathOf(path))));
    const place = gpxPlace(path);
    const there = judgeGpx(await this.unlessStopped(this.files.read(place)), contextOf(clip));
    const isOthers = there.kind === 'foreign' || (there.kind === 'good' && there.writer === 'v2');
    if (isOthers) return this.settle(track, null);
    const text = this.textOf({ clip, track }, path);
    if (text === null) return this.settle(track, null);
    await this.unlessStopped(this.files.write(place, text));
    await this.settle(track, track.started_at);
  }

  /** Null for a track without a sound fix: there is no GPX file of nothing. */
  private textOf({ clip, track }: Pick<DueGpx, 'clip' | 'track'>, path: string): string | null {
    const { started_at: startedAt, clock_offset_ms, version } = track;
    const fixes = unpackFixes(track.points, startedAt);
    if (fixes.length === 0) return null;
    // The records' clock less the instants: it has the named time in it, not where TIME put the clip.
    const clockMs = Date.parse(`${clip.local_start}Z`) + (clock_offset_ms ?? 0) - startedAt;
    const stamp = { startedAt, clockMs: clock_offset_ms === null ? 0 : clockMs, version };
    return gpxSidecar({ fileName: path.slice(path.lastIndexOf('/') + 1), stamp }, fixes);
  }

  /** Nothing is due any more, unless the clip was moved or read anew meanwhile. */
  private async settle(track: DueGpx['track'], gpx_for: number | null): Promise<void> {
    const { db } = this.deps;
    await db.transaction().execute(async (trx) => {
      await trx
        .updateTable('track')
        .set({ gpx_for })
        .where('clip_id', '=', track.clip_id)
        .where('read_at', '=', track.read_at)
        .execute();
      if (gpx_for !== null)
        await trx.updateTable('clip').set({ gpx_sidecar: 1 }).where('id', '=', track.clip_id).execute();
    });
  }

  private note({ clip }: DueGpx, error: unknown): void {
    const { log, retryMs = 10 * 60_000 } = this.deps;
    const reason = errnoOf(error) ?? messageOf(error);
    if (volumeCodes.includes(errnoOf(error))) {
      this.waitsUntil = performance.now() + retryMs;
      log.warn({ reason }, 'the recordings volume takes no GPX files now');
      return;
    }
    // A clip that is not there now may come back; of many that are refused, one is enough to hear of.
    const level = reason === 'ENOENT' || this.failed.size > 0 ? 'debug' : 'warn';
    this.wait(clip.id);
    log[level]({ path: clip.path, reason }, 'a GPX file could not be written');
  }

  private wait(clipId: number): void {
    if (this.failed.size === 0) this.failedSince = performance.now();
    this.failed.add(clipId);
  }

  /** A call that hangs goes on by itself when the program ends. */
  private unlessStopped<T>(call: Promise<T>): Promise<T> {
    return unlessAborted(call, this.deps.signal);
  }
}
