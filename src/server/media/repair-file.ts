import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../lib/errors.ts';
import { fsyncFolder } from '../lib/files.ts';
import { readMp4Facts, type ByteSource } from '../lib/mp4-boxes.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { withClipFile, type ReadableVolume } from './clip-file.ts';
import type { ClipIdentity } from './media-types.ts';
import {
  readStamp,
  stampWithinBytes,
  type Extent,
  type RepairLayout,
  type RepairStamp,
} from './repair-layout.ts';
import { repairNeighbours, repairPlace } from './repair-place.ts';

const pieceBytes = 1024 * 1024;
const syncTimeoutMs = 120_000;

/** Files of repaired copies on the recordings volume: every call limited in time, nothing left where it fails. */
export class RepairFiles {
  private readonly volume: ReadableVolume;

  constructor(volume: ReadableVolume) {
    this.volume = volume;
  }

  /** Where a clip's copy may be: at its place, then beside it under the names of other times of last write. */
  async *placesOf(clip: ClipIdentity, signal: AbortSignal): AsyncGenerator<string> {
    const own = repairPlace(clip);
    yield own;
    const { folder, isOne } = repairNeighbours(clip);
    const look = this.volume.run('a look at repaired copies', () => readdir(this.volume.pathOf(folder)));
    const names = await unlessAborted(look, signal).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    });
    for (const name of names.filter(isOne)) if (`${folder}/${name}` !== own) yield `${folder}/${name}`;
  }

  /** The stamp of a whole repaired copy and its size; null when there is none there. */
  async stampOf(path: string, signal: AbortSignal): Promise<{ stamp: RepairStamp; bytes: number } | null> {
    try {
      return await withClipFile(path, { volume: this.volume, signal }, async (source) => {
        const stamp = readStamp(await source.read(0, stampWithinBytes));
        return stamp && (await readMp4Facts(source)).complete ? { stamp, bytes: source.sizeBytes } : null;
      });
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** Writes a copy under another name, and moves it to its place when all of it is on the disk. */
  async write(path: string, source: ByteSource, layout: RepairLayout, signal: AbortSignal): Promise<void> {
    const { volume } = this;
    const draft = draftOf(path);
    const handle = await volume.run('making a file', async () => {
      await mkdir(dirname(volume.pathOf(draft)), { recursive: true });
      return open(volume.pathOf(draft), 'w');
    });
    try {
      await this.fill(handle, source, layout, signal);
      await volume.run('writing a repaired copy to the disk', () => handle.sync(), syncTimeoutMs);
    } catch (error) {
      await volume.release(handle);
      await this.discard(path).catch(() => undefined);
      throw error;
    }
    await volume.release(handle);
  }

  /** Makes what was written the copy. */
  async keep(path: string): Promise<void> {
    const { volume } = this;
    await volume.run('moving a repaired copy to its place', async () => {
      await rename(volume.pathOf(draftOf(path)), volume.pathOf(path));
      const folder = dirname(volume.pathOf(path));
      await fsyncFolder(folder);
      await fsyncFolder(dirname(folder));
    });
  }

  /** Absolute path of what was written and is not the copy yet. */
  draftPath(path: string): string {
    return this.volume.pathOf(draftOf(path));
  }

  discard(path: string): Promise<void> {
    return this.volume.run('removing a file', () => rm(this.draftPath(path), { force: true }));
  }

  /** Removes a copy. What is not there is gone. */
  remove(path: string): Promise<void> {
    return this.volume.run('removing a repaired copy', () => rm(this.volume.pathOf(path), { force: true }));
  }

  private async fill(
    handle: FileHandle,
    source: ByteSource,
    { head, extents }: RepairLayout,
    signal: AbortSignal,
  ): Promise<void> {
    let at = 0;
    const put = async (bytes: readonly Uint8Array[]) => {
      const from = at;
      at += bytes.reduce((sum, each) => sum + each.length, 0);
      await this.volume.run('writing a repaired copy', () => writeAll(handle, Buffer.concat(bytes), from));
    };
    let pending: Uint8Array[] = [head];
    let pendingBytes = head.length;
    for await (const piece of piecesOf(source, extents)) {
      signal.throwIfAborted();
      pending.push(piece);
      pendingBytes += piece.length;
      if (pendingBytes < pieceBytes) continue;
      await put(pending);
      [pending, pendingBytes] = [[], 0];
    }
    await put(pending);
  }
}

const draftOf = (path: string) => `${path}.part`;

/** The bytes of stretches in order, read by the megabyte: neighbours share a read. */
async function* piecesOf(source: ByteSource, extents: readonly Extent[]): AsyncGenerator<Uint8Array> {
  let held: Uint8Array = new Uint8Array();
  let start = 0;
  for (const { from, bytes } of extents) {
    for (let at = from; at < from + bytes;) {
      if (at < start || at >= start + held.length) {
        held = await source.read(at, pieceBytes);
        start = at;
        if (held.length === 0) throw new Error('the clip is shorter than it was a moment ago');
      }
      const piece = held.subarray(at - start, Math.min(held.length, from + bytes - start));
      yield piece;
      at += piece.length;
    }
  }
}

/** A write may be short (a full disk, a quota): goes on until all is written or it fails. */
async function writeAll(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}
