import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { Database, Db } from '../db/open.ts';
import type { ClipPatch, ClipRow } from '../db/schema.ts';
import { fileSource } from '../lib/byte-source.ts';
import { readClipFacts } from '../lib/clip-structure.ts';
import type { Clock } from '../lib/clock.ts';
import { fsyncFolder } from '../lib/files.ts';
import type { Logger } from '../lib/logger.ts';
import type { Mp4Facts } from '../lib/mp4-boxes.ts';
import { localDayOf, wallOf, type CameraNameTimes } from '../lib/zones.ts';
import { DownloadFailure } from './download-failure.ts';
import type { DownloadTask, Received } from './download-task.ts';
import type { PartRepository } from './part-repository.ts';

export interface ClipFilerDeps {
  db: Database;
  clips: ClipRepository;
  parts: PartRepository;
  volume: ArchiveVolume;
  task: DownloadTask;
  times: CameraNameTimes;
  clock: Clock;
  log: Logger;
}

/** Damaged copies that differ are fetched this often before one is filed as it is: a recording is never given up. */
const maxDamagedAttempts = 3;
const fsyncTimeoutMs = 120_000;

/**
 * Files a clip whose bytes have all arrived: structure checked, recording's time as the file's, fsync, rename, fsync
 * of the folder, then one transaction that says so. A crash between any two leaves a state the next start goes on from.
 */
export class ClipFiler {
  private readonly deps: ClipFilerDeps;

  constructor(deps: ClipFilerDeps) {
    this.deps = deps;
  }

  /**
   * The row as archived; null when the archive has the same bytes already and nothing was filed. Rejects with a
   * `DownloadFailure('damaged')` when the copy is to be fetched again.
   */
  async file(received: Received): Promise<ClipRow | null> {
    const { clip, path } = received;
    if (await this.isDuplicate(received)) return this.leaveOut(received);
    const place = this.deps.volume.pathOf(received.alreadyInPlace ? path : `${path}.part`);
    const mtime = this.recordingEnd(clip);
    const facts = await this.settle(place, received, mtime);
    if (!facts.complete && !this.mustTake(received)) {
      await this.deps.task.dropPart(clip.id, path);
      const message = `The copy is damaged: ${facts.flaw ?? 'unknown reason'}.`;
      throw new DownloadFailure('damaged', message, { sha256: received.sha256 });
    }
    await this.refuseIfChanged(received);
    if (!received.alreadyInPlace) await this.deps.task.moveIntoPlace(path);
    if (!facts.complete) {
      this.deps.log.warn(
        { clip: clip.name, flaw: facts.flaw },
        'the camera holds a damaged recording; it is filed as it is',
      );
    }
    return this.deps.db.transaction().execute((trx) => this.commit(trx, received, facts, mtime));
  }

  /**
   * Two equal damaged copies: it is the camera's own file that is damaged (a power cut), and it is worth keeping. The
   * beginning of a longer one is no such file, however often it ended there.
   */
  private mustTake(received: Received): boolean {
    const { clip } = received;
    const { remote_size_bytes: listed, remote_size_exact: exact } = clip;
    const isAll = exact !== 1 || listed === null || received.bytes >= listed;
    const sameAgain = clip.sha256 !== null && clip.sha256 === received.sha256;
    const damagedOften = clip.sha256 !== null && clip.attempts + 1 >= maxDamagedAttempts;
    return received.alreadyInPlace || (isAll && (sameAgain || damagedOften));
  }

  /** Only a name that came again can be one: a listing had shown another size for a while. */
  private async isDuplicate({ clip, sha256, alreadyInPlace }: Received): Promise<boolean> {
    if (clip.generation === 0 || sha256 === null || alreadyInPlace) return false;
    return this.deps.clips.hasTwin(this.deps.db, clip, sha256);
  }

  private async leaveOut({ clip, path }: Received): Promise<null> {
    const { db, clips, clock, log, task } = this.deps;
    await task.dropPart(clip.id, path);
    const change = { to: 'skipped' as const, reason: 'duplicate' as const, at: clock.now() };
    await db.transaction().execute((trx) => clips.transition(trx, [clip.id], ['transferring'], change));
    log.info({ clip: clip.name }, 'the archive has this recording already; it is not filed twice');
    return null;
  }

  /**
   * A listing that came in meanwhile shows another size or time: what arrived is the beginning of a longer clip, or
   * of another one.
   */
  private async refuseIfChanged(received: Received): Promise<void> {
    const row = await this.deps.clips.byId(this.deps.db, received.clip.id);
    const listed = row?.remote_size_exact === 1 ? row.remote_size_bytes : null;
    if (listed !== null && listed !== received.bytes && listed !== received.clip.remote_size_bytes) {
      throw new DownloadFailure(
        'growing',
        `The camera now lists ${listed} bytes, ${received.bytes} have arrived.`,
      );
    }
    const [before, now] = [received.clip.remote_timecode, row?.remote_timecode ?? null];
    if (before === null || now === null || before === now) return;
    throw new DownloadFailure('growing', 'The camera has written this clip anew while it was fetched.');
  }

  /** Reads the structure, sets the file's time and brings everything to the disk itself. */
  private async settle(place: string, received: Received, mtime: number): Promise<Mp4Facts> {
    const handle = await this.deps.volume.run('opening a clip', () => open(place, constants.O_RDWR));
    try {
      const { size } = await this.deps.volume.run('measuring a clip', () => handle.stat());
      if (size !== received.bytes) {
        throw new DownloadFailure(
          'damaged',
          `${size} bytes are on the disk of ${received.bytes} that arrived.`,
        );
      }
      const source = fileSource(handle, received.bytes);
      const facts = await this.deps.volume.run('checking a clip', () =>
        readClipFacts(source, received.clip.container),
      );
      if (!received.alreadyInPlace) await this.setTime(handle, mtime);
      await this.deps.volume.run('writing a clip to the disk', () => handle.sync(), fsyncTimeoutMs);
      if (received.alreadyInPlace)
        await this.deps.volume.run('filing a clip', () => fsyncFolder(dirname(place)));
      return facts;
    } finally {
      await this.deps.volume.release(handle);
    }
  }

  private async setTime(handle: FileHandle, mtime: number): Promise<void> {
    const seconds = mtime / 1000;
    await this.deps.volume.run('setting the time of a clip', () => handle.utimes(seconds, seconds));
  }

  /** The time of last write as on the card: the end of the recording, or its start where the end is not known. */
  private recordingEnd(clip: ClipRow): number {
    const { started_at: startedAt, local_start: localStart, remote_ended_local: endedLocal } = clip;
    // Both are of the camera's clock, which is off by as much at the end as it was at the start.
    return endedLocal === null ? startedAt : startedAt + wallOf(endedLocal) - wallOf(localStart);
  }

  private async commit(trx: Db, received: Received, facts: Mp4Facts, mtime: number): Promise<ClipRow> {
    const { clips, parts, clock } = this.deps;
    const { clip } = received;
    const now = clock.now();
    const patch: ClipPatch = {
      path: received.path,
      size_bytes: received.bytes,
      mtime_ms: mtime,
      sha256: received.sha256,
      verified_at: received.sha256 === null ? null : now,
      archived_at: now,
      origin: received.alreadyInPlace && received.sha256 === null ? 'found' : 'sync',
      rank: null,
      next_attempt_at: null,
      last_error: facts.flaw,
      media_duration_ms: facts.durationMs,
      duration_ms: facts.durationMs,
      video_codec: facts.videoCodec,
      audio_codec: facts.audioCodec,
      width: facts.width,
      height: facts.height,
      fps: facts.fps,
      complete: facts.complete ? 1 : 0,
      media_due: 1,
    };
    const reason = facts.complete ? null : 'damaged';
    const moved = await clips.transition(trx, [clip.id], ['transferring'], {
      to: 'archived',
      reason,
      at: now,
      patch,
    });
    if (moved.length === 0)
      throw new Error(`clip ${clip.id} was no longer in transfer when it was to be filed`);
    await parts.remove(trx, clip.id);
    if (clip.time_source === 'file' && facts.createdLocalMs !== null) {
      await this.retime(trx, clip, new Date(facts.createdLocalMs).toISOString().slice(0, 19));
    }
    await trx.updateTable('camera').set({ last_archived_at: now }).where('id', '=', clip.camera_id).execute();
    const row = await clips.byId(trx, clip.id);
    if (!row) throw new Error(`clip ${clip.id} is gone`);
    return row;
  }

  /** A clip whose name told no time gets that of its movie header; it has its capture to itself. */
  private async retime(trx: Db, clip: ClipRow, localStart: string): Promise<void> {
    const times = await this.deps.times.of(trx, clip.camera_id);
    const placed = times.place(localStart);
    const local = { local_start: localStart, local_day: localDayOf(placed), started_at: placed.at };
    await trx.updateTable('capture').set(local).where('id', '=', clip.capture_id).execute();
    await this.deps.clips.patch(trx, clip.id, { ...local, zone_offset_min: placed.offsetMinutes });
    const moved = { camera_id: clip.camera_id, capture_id: clip.capture_id };
    await this.deps.clips.refresh(trx, [
      { ...moved, local_day: clip.local_day },
      { ...moved, local_day: local.local_day },
    ]);
  }
}
