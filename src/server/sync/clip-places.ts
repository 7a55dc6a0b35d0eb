import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { layouts, type Settings } from '../../shared/settings.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { Filing } from '../archive/layout.ts';
import type { Database } from '../db/open.ts';
import type { ClipRow, PartRow } from '../db/schema.ts';
import { fileSource } from '../lib/byte-source.ts';
import { readClipFacts } from '../lib/clip-structure.ts';
import { errnoOf } from '../lib/errors.ts';
import { fsyncFolder } from '../lib/files.ts';
import { DownloadFailure } from './download-failure.ts';

export interface ClipPlacesDeps {
  db: Database;
  clips: ClipRepository;
  volume: ArchiveVolume;
  settings(): Settings;
  archivePath(filing: Filing): string;
  numberedPath(path: string, number: number): string;
}

/** Where a clip will be, below the archive root; `found` when its file is there already. */
export interface ClipPlace {
  path: string;
  found?: { bytes: number; sha256: string | null };
}

const maxNumber = 100;
const readClipTimeoutMs = 10 * 60_000;

/** Finds the place of a clip in the archive: a free one, or that of its file. */
export class ClipPlaces {
  private readonly deps: ClipPlacesDeps;

  constructor(deps: ClipPlacesDeps) {
    this.deps = deps;
  }

  /**
   * The wished path, or a numbered one when another clip's file is there; never a place whose file would be lost. A
   * file of this clip is recognised there and under every other layout of the archive. Throws a `DownloadFailure`.
   */
  async choose(clip: ClipRow, cameraFolder: string, part: PartRow | undefined): Promise<ClipPlace> {
    const paths = this.pathsOf(clip, cameraFolder);
    const place = await this.placeAt(clip, part?.path ?? paths.wished, part);
    return place.found ? place : ((await this.foundElsewhere(clip, paths.others)) ?? place);
  }

  private async placeAt(clip: ClipRow, wished: string, part: PartRow | undefined): Promise<ClipPlace> {
    for (let number = 1; number <= maxNumber; number++) {
      const path = number === 1 ? wished : this.deps.numberedPath(wished, number);
      if (await this.deps.clips.pathIsTaken(this.deps.db, path, clip.id)) continue;
      const bytes = await this.bytesAt(path);
      if (bytes === null) return { path };
      if (part?.path === path && part.sha256 !== null && (await this.sha256Of(path)) === part.sha256) {
        return { path, found: { bytes, sha256: part.sha256 } };
      }
      if (await this.isThisClip(clip, path, bytes)) return { path, found: { bytes, sha256: null } };
    }
    throw new DownloadFailure(
      'target',
      `Its place is taken: ${wished} and ${maxNumber - 1} numbered names beside it are other files.`,
    );
  }

  private pathsOf(clip: ClipRow, cameraFolder: string): { wished: string; others: string[] } {
    const { name, kind, local_start: localStart } = clip;
    const pathIn = (layout: Settings['layout']) =>
      this.deps.archivePath({ name, localStart, kind, layout, cameraFolder });
    const wished = pathIn(this.deps.settings().layout);
    return { wished, others: [...new Set(layouts.map(pathIn))].filter((path) => path !== wished) };
  }

  /** Its file where an earlier layout would have put it. Cost: one look each, and none when no size can prove it. */
  private async foundElsewhere(clip: ClipRow, paths: readonly string[]): Promise<ClipPlace | null> {
    if (clip.remote_size_exact !== 1) return null;
    for (const path of paths) {
      const bytes = await this.bytesAt(path).catch((error: unknown) => {
        // Nothing is to be written there: what stands in the way of it is no obstacle.
        if (error instanceof DownloadFailure) return null;
        throw error;
      });
      if (bytes !== clip.remote_size_bytes || bytes === null) continue;
      if (await this.deps.clips.pathIsTaken(this.deps.db, path, clip.id)) continue;
      if (await this.isThisClip(clip, path, bytes)) return { path, found: { bytes, sha256: null } };
    }
    return null;
  }

  /** Size of the file at a place; -1 when it is no file, null when there is nothing. */
  async bytesAt(path: string): Promise<number | null> {
    try {
      const entry = await this.deps.volume.run('looking for a clip', () =>
        lstat(this.deps.volume.pathOf(path)),
      );
      return entry.isFile() ? entry.size : -1;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      if (errnoOf(error) === 'ENOTDIR') throw new DownloadFailure('target', inTheWay(path), { cause: error });
      throw error;
    }
  }

  /** A file of the right name, exact size and whole structure is the clip: fetched before a crash, or by another program. */
  private async isThisClip(clip: ClipRow, path: string, bytes: number): Promise<boolean> {
    if (clip.remote_size_exact !== 1 || clip.remote_size_bytes !== bytes) return false;
    return this.deps.volume.run('looking at a clip', async () => {
      const handle = await open(this.deps.volume.pathOf(path), 'r');
      try {
        return (await readClipFacts(fileSource(handle, bytes), clip.container)).complete;
      } finally {
        await handle.close();
      }
    });
  }

  private async sha256Of(path: string): Promise<string> {
    const hash = createHash('sha256');
    const hashing = () => pipeline(createReadStream(this.deps.volume.pathOf(path)), hash);
    await this.deps.volume.run('reading a clip', hashing, readClipTimeoutMs);
    return hash.digest('hex');
  }

  /** Makes the folder of a place, durably. */
  async makeFolder(path: string): Promise<void> {
    const folder = dirname(this.deps.volume.pathOf(path));
    try {
      const made = await this.deps.volume.run('making a folder', () => mkdir(folder, { recursive: true }));
      if (made !== undefined) await this.deps.volume.run('making a folder', () => fsyncFolder(dirname(made)));
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'EEXIST' || code === 'ENOTDIR')
        throw new DownloadFailure('target', inTheWay(path), { cause: error });
      throw error;
    }
  }
}

const inTheWay = (path: string) =>
  `${dirname(path)} cannot be a folder of the archive: a file is in the way. Move it away.`;
