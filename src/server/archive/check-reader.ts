import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { unlessAborted } from '../lib/unless-aborted.ts';
import type { ArchiveVolume } from './archive-volume.ts';

export interface CheckReading {
  sha256: string;
  bytes: number;
  mtimeMs: number;
  /** It was written to while it was read: nothing can be said of it. */
  hasChanged: boolean;
}

export interface CheckReaderOptions {
  volume: ArchiveVolume;
  signal: AbortSignal;
  /** Hears how long each piece took; resolves when the disk has had its rest. */
  rest: (workedMs: number) => Promise<void>;
  /** Heard before each piece: resolves when it may be read. */
  turn: () => Promise<void>;
}

const pieceBytes = 1024 * 1024;

/** Reads all bytes of a file of the archive, piece by piece, with rests. Throws what the system or the volume says. */
export async function readGently(path: string, options: CheckReaderOptions): Promise<CheckReading> {
  const { volume, signal, rest, turn } = options;
  const call = <T>(work: () => Promise<T>) => unlessAborted(volume.run('checking a file', work), signal);
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await turn();
  const file = await volume.run('checking a file', () => open(volume.pathOf(path), flags));
  try {
    const before = await call(() => file.stat());
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(pieceBytes);
    let bytes = 0;
    for (;;) {
      await turn();
      const began = performance.now();
      const { bytesRead } = await call(() => file.read(buffer, 0, pieceBytes, bytes));
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
      await rest(performance.now() - began);
      signal.throwIfAborted();
    }
    const after = await call(() => file.stat());
    const hasChanged = after.mtimeMs !== before.mtimeMs || after.size !== before.size || bytes !== after.size;
    return { sha256: hash.digest('hex'), bytes, mtimeMs: after.mtimeMs, hasChanged };
  } finally {
    await volume.release(file);
  }
}
