import { open } from 'node:fs/promises';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { Database } from '../db/open.ts';
import type { ClipPatch, ClipRow } from '../db/schema.ts';
import { fileSource } from '../lib/byte-source.ts';
import { readClipFacts } from '../lib/clip-structure.ts';
import { errnoOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Mp4Facts } from '../lib/mp4-boxes.ts';

export interface FoundCheckDeps {
  db: Database;
  clips: ClipRepository;
  volume: ArchiveVolume;
  log: Logger;
}

/**
 * Reads the structure of files that a scan took for clips by name and size, once the camera lists the same clips: the
 * camera's own is the only other copy, and it must not be left to be overwritten for the sake of a broken file.
 */
export class FoundCheck {
  private readonly deps: FoundCheckDeps;

  constructor(deps: FoundCheckDeps) {
    this.deps = deps;
  }

  /** Returns how many are no whole recordings: those are wanted from the camera. Cost: a few kilobytes of each, once. */
  async check(cameraId: number, signal: AbortSignal): Promise<number> {
    const { db, clips, log } = this.deps;
    let broken = 0;
    for (const clip of await clips.unreadFinds(db, cameraId)) {
      signal.throwIfAborted();
      const facts = await this.read(clip);
      if (facts === null) continue;
      await clips.patch(db, clip.id, patchOf(facts));
      if (facts.complete) continue;
      broken++;
      log.warn(
        { clip: clip.name, path: clip.path, reason: facts.flaw },
        'a found file is no whole recording',
      );
    }
    return broken;
  }

  /** Null when the file cannot be read now; the next listing asks again. */
  private async read(clip: ClipRow): Promise<Mp4Facts | null> {
    const { volume } = this.deps;
    if (clip.path === null) return null;
    const place = volume.pathOf(clip.path);
    try {
      return await volume.run('looking at a found clip', async () => {
        const handle = await open(place, 'r');
        try {
          const { size } = await handle.stat();
          return await readClipFacts(fileSource(handle, size), clip.container);
        } finally {
          await handle.close();
        }
      });
    } catch (error) {
      if (errnoOf(error) !== undefined) return null;
      throw error;
    }
  }
}

function patchOf(facts: Mp4Facts): ClipPatch {
  const { durationMs, videoCodec, audioCodec, width, height, fps } = facts;
  return {
    complete: facts.complete ? 1 : 0,
    duration_ms: durationMs,
    media_duration_ms: durationMs,
    video_codec: videoCodec,
    audio_codec: audioCodec,
    width,
    height,
    fps,
    ...(!facts.complete && { state_reason: 'damaged', last_error: facts.flaw }),
  };
}
