import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, unlink, type FileHandle } from 'node:fs/promises';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { SourceVolume } from './import-types.ts';

/** A file of a source could not be read; `isGone`: it is not there any more, or not what it was. */
export class SourceError extends Error {
  override name = 'SourceError';
  readonly isGone: boolean;
  constructor(message: string, isGone: boolean, options?: { cause?: unknown }) {
    super(message, options);
    this.isGone = isGone;
  }
}

/** What a file is at one moment: it is another one, or was changed, when any of this differs. */
export interface FileStamp {
  bytes: number;
  mtimeMs: number;
  dev: number;
  ino: number;
  /** Less of it is on its disk than it is long. */
  isSparse: boolean;
}

const pieceBytes = 1024 * 1024;
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

type Volume = Pick<SourceVolume, 'run' | 'release' | 'pathOf'>;

/** A plain file, open for reading: never a link, never a pipe that would wait for ever. */
export class OpenSource {
  readonly stamp: FileStamp;
  private readonly volume: Volume;
  private readonly handle: FileHandle;
  private readonly signal: AbortSignal;

  private constructor(on: { volume: Volume; handle: FileHandle; stamp: FileStamp; signal: AbortSignal }) {
    this.volume = on.volume;
    this.handle = on.handle;
    this.stamp = on.stamp;
    this.signal = on.signal;
  }

  /** Throws a `SourceError`, a `VolumeError` when the file system does not answer, and the signal's reason. */
  static async open(volume: Volume, path: string, signal: AbortSignal): Promise<OpenSource> {
    signal.throwIfAborted();
    const handle = await told(volume.run('opening a file', () => open(volume.pathOf(path), readFlags)));
    try {
      const stamp = await told(volume.run('looking at a file', () => stampOf(handle)));
      if (stamp === null) throw new SourceError('It is no plain file.', true);
      return new OpenSource({ volume, handle, stamp, signal });
    } catch (error) {
      await volume.release(handle);
      throw error;
    }
  }

  /** All bytes in turn, each piece a buffer of its own. Throws a `SourceError` when they are fewer than before. */
  async *pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < this.stamp.bytes;) {
      const piece = await this.read(at, Math.min(pieceBytes, this.stamp.bytes - at));
      if (piece.length === 0) throw changed();
      yield piece;
      at += piece.length;
    }
  }

  async read(at: number, bytes: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(bytes);
    const reading = this.volume.run('reading a file', () => this.handle.read(buffer, 0, bytes, at));
    const { bytesRead } = await told(unlessAborted(reading, this.signal));
    return buffer.subarray(0, bytesRead);
  }

  /** Throws a `SourceError` when somebody has written to it since it was opened. */
  async requireUnchanged(): Promise<void> {
    const now = await told(this.volume.run('looking at a file', () => stampOf(this.handle)));
    if (now?.bytes !== this.stamp.bytes || now.mtimeMs !== this.stamp.mtimeMs) throw changed();
  }

  async close(): Promise<void> {
    await this.volume.release(this.handle);
  }
}

/** In which `stat` counts, whatever the file system's own are. */
const statBlockBytes = 512;

const changed = (): SourceError => new SourceError('It changed while it was being read.', true);

async function stampOf(handle: FileHandle): Promise<FileStamp | null> {
  const entry = await handle.stat();
  if (!entry.isFile()) return null;
  const { size: bytes, mtimeMs, dev, ino, blocks } = entry;
  return { bytes, mtimeMs, dev, ino, isSparse: blocks * statBlockBytes < bytes };
}

/** What a source says of one file, in words; a file system that does not answer says so itself. */
async function told<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined || error instanceof VolumeError) throw error;
    const isGone = ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code);
    const message = isGone
      ? 'It is not there any more.'
      : `It cannot be read (${code}: ${messageOf(error)}).`;
    throw new SourceError(message, isGone, { cause: error });
  }
}

/** Finer, and a copy would be written in many small pieces; coarser, and it would be larger than its source. */
const holeBytes = 64 * 1024;
const zeros = Buffer.alloc(holeBytes);

export interface Run {
  bytes: Buffer;
  /** Nothing but zeros. */
  isHole: boolean;
}

/** A piece in order, as stretches of zeros and of other bytes. */
export function runsOf(piece: Buffer): Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (let at = 0; at < piece.length; at += holeBytes) {
    const end = Math.min(at + holeBytes, piece.length);
    const isHole = piece.subarray(at, end).equals(zeros.subarray(0, end - at));
    const last = runs.at(-1);
    if (last?.isHole !== isHole) from = at;
    const run = { bytes: piece.subarray(from, end), isHole };
    if (last?.isHole === isHole) runs[runs.length - 1] = run;
    else runs.push(run);
  }
  return runs;
}

/** SHA-256 of a whole file, in hex, with what it was when it was read. */
export async function hashOf(
  volume: Volume,
  path: string,
  signal: AbortSignal,
): Promise<{ sha256: string; stamp: FileStamp }> {
  const source = await OpenSource.open(volume, path, signal);
  try {
    const hash = createHash('sha256');
    for await (const piece of source.pieces()) hash.update(piece);
    await source.requireUnchanged();
    return { sha256: hash.digest('hex'), stamp: source.stamp };
  } finally {
    await source.close();
  }
}

const sampleBytes = 64 * 1024;

/** Whether two files have the same length, and the same bytes at their beginning, middle and end. */
export async function lookAlike(
  one: { volume: Volume; path: string },
  other: { volume: Volume; path: string },
  signal: AbortSignal,
): Promise<boolean> {
  const a = await OpenSource.open(one.volume, one.path, signal);
  try {
    const b = await OpenSource.open(other.volume, other.path, signal);
    try {
      const { bytes } = a.stamp;
      if (b.stamp.bytes !== bytes) return false;
      const last = Math.max(0, bytes - sampleBytes);
      for (const at of new Set([0, Math.floor(last / 2), last])) {
        const length = Math.min(sampleBytes, bytes - at);
        const [left, right] = [await a.read(at, length), await b.read(at, length)];
        if (!left.equals(right)) return false;
      }
      return true;
    } finally {
      await b.close();
    }
  } finally {
    await a.close();
  }
}

/**
 * Deletes a file of a source, only as it was when its copy was verified, and never one that is the copy itself (another
 * way to the same folder). Returns why not, in words; null when it is gone.
 */
export async function removeSource(
  volume: Volume,
  path: string,
  expected: { stamp: FileStamp; copy: FileStamp },
): Promise<string | null> {
  try {
    return await volume.run('removing an imported file from its source', async () => {
      const entry = await lstat(volume.pathOf(path));
      const { stamp, copy } = expected;
      if (entry.dev === copy.dev && entry.ino === copy.ino) return 'It is the archived file itself.';
      const isSame = entry.isFile() && entry.size === stamp.bytes && entry.mtimeMs === stamp.mtimeMs;
      if (!isSame || entry.ino !== stamp.ino) return 'It has changed since it was copied.';
      await unlink(volume.pathOf(path));
      return null;
    });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    return errnoOf(error) ?? messageOf(error);
  }
}
