import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { isUsable } from '../../shared/status.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { Camera } from '../camera/camera.ts';
import type { ClipRow } from '../db/schema.ts';
import { fileSource } from '../lib/byte-source.ts';
import { errnoOf } from '../lib/errors.ts';
import { cameraFailureKind } from './download-failure.ts';
import { readRemote, type RemoteBytes } from './remote-bytes.ts';

/** The end of a recording is compared: its sizes and places of pictures, or the pictures themselves. */
const tailBytes = 64 * 1024;
const readClipTimeoutMs = 10 * 60_000;

/** What both copies of a clip are just before one of them is deleted. */
export type CopiesVerdict =
  | { kind: 'same' }
  /** `ours`: the file in the archive is not as it was filed; `theirs`: the camera's is another. */
  | { kind: 'differ'; whose: 'ours' | 'theirs' }
  /** The camera has no such file there, or could not show it; the next listing tells more. */
  | { kind: 'unclear' }
  /** The archive cannot be read now. */
  | { kind: 'unreadable' };

/** Reads a clip in the archive whole, and the end of its original on the camera in one small request. */
export class DeletionCheck {
  private readonly volume: ArchiveVolume;

  constructor(volume: ArchiveVolume) {
    this.volume = volume;
  }

  /** Rejects when the camera is out of reach or busy, and when the signal is aborted. */
  async compare(camera: Camera, clip: ClipRow, signal: AbortSignal): Promise<CopiesVerdict> {
    const { path, size_bytes: size, remote_path: remotePath } = clip;
    if (path === null || size === null || remotePath === null) return { kind: 'unclear' };
    if (!isUsable(await this.volume.check())) return { kind: 'unreadable' };
    const mine = (await this.ours(path, size)) ?? (await this.isAsItArrived(clip, path));
    if (mine !== null) return mine;
    signal.throwIfAborted();
    const theirs = await this.theirs(camera, { remotePath, size }, signal);
    return 'kind' in theirs ? theirs : this.compareBytes(path, size, theirs);
  }

  private async compareBytes(path: string, size: number, theirs: RemoteBytes): Promise<CopiesVerdict> {
    const { from, bytes, totalBytes } = theirs;
    if (totalBytes !== null && totalBytes !== size) return { kind: 'differ', whose: 'theirs' };
    // A camera that ignores ranges shows the beginning instead, which serves as well if it tells the size.
    const isEnough = bytes.length === Math.min(tailBytes, size);
    if (!isEnough || (totalBytes === null && from + bytes.length !== size)) return { kind: 'unclear' };
    const same = await this.bytesOf(path, from, bytes.length);
    if (same === null) return { kind: 'unreadable' };
    return same.equals(bytes) ? { kind: 'same' } : { kind: 'differ', whose: 'theirs' };
  }

  /** Null when the file lies where it was filed, in its size. */
  private async ours(path: string, size: number): Promise<CopiesVerdict | null> {
    try {
      const entry = await this.volume.run('looking for a clip', () => lstat(this.volume.pathOf(path)));
      return entry.isFile() && entry.size === size ? null : { kind: 'differ', whose: 'ours' };
    } catch (error) {
      const isMissing = ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '');
      return isMissing ? { kind: 'differ', whose: 'ours' } : this.unreadable(error);
    }
  }

  /** Null when its bytes are those that were verified: what lies on a disk for months may rot. */
  private async isAsItArrived(clip: ClipRow, path: string): Promise<CopiesVerdict | null> {
    try {
      const hash = createHash('sha256');
      const read = () => pipeline(createReadStream(this.volume.pathOf(path)), hash);
      await this.volume.run('reading a clip', read, readClipTimeoutMs);
      return hash.digest('hex') === clip.sha256 ? null : { kind: 'differ', whose: 'ours' };
    } catch (error) {
      return this.unreadable(error);
    }
  }

  private async theirs(
    camera: Camera,
    { remotePath, size }: { remotePath: string; size: number },
    signal: AbortSignal,
  ): Promise<RemoteBytes | CopiesVerdict> {
    const from = Math.max(0, size - tailBytes);
    try {
      return await readRemote(camera, { remotePath, from, to: size }, signal);
    } catch (error) {
      const kind = cameraFailureKind(error);
      if (signal.aborted || kind === undefined || kind === 'unreachable' || kind === 'busy') throw error;
      const isShorter = error instanceof Error && 'rangeNotSatisfiable' in error;
      return isShorter ? { kind: 'differ', whose: 'theirs' } : { kind: 'unclear' };
    }
  }

  private async bytesOf(path: string, from: number, length: number): Promise<Buffer | null> {
    try {
      return await this.volume.run('reading a clip', async () => {
        const handle = await open(this.volume.pathOf(path), 'r');
        try {
          return Buffer.from(await fileSource(handle, from + length).read(from, length));
        } finally {
          await handle.close();
        }
      });
    } catch (error) {
      this.unreadable(error);
      return null;
    }
  }

  private unreadable(error: unknown): CopiesVerdict {
    const isVolume = error instanceof Error && error.name === 'VolumeError';
    if (!isVolume && errnoOf(error) === undefined) throw error;
    return { kind: 'unreadable' };
  }
}
