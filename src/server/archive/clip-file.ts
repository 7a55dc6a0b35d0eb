import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppError, errnoOf } from '../lib/errors.ts';
import { fileVersion } from '../lib/clip-version.ts';
import type { OpenFile } from '../lib/file-answer.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { ArchiveVolume } from './archive-volume.ts';

type Volume = Pick<ArchiveVolume, 'run' | 'release' | 'status'>;

/** What a file is known by while it has this size and time. */
export interface KnownFile {
  version: string | null;
  sizeBytes: number | null;
  mtimeMs: number | null;
}

/**
 * Opens a file of the archive to send it. Each read takes its turn with all other calls on the volume: a disk that
 * sleeps or hangs keeps those waiting who asked for its files, and nobody else. Throws an `AppError`.
 */
export async function openClipFile(volume: Volume, path: string, known: KnownFile): Promise<OpenFile> {
  // While it hangs, each stream would occupy a thread that the page needs.
  if (volume.status.state === 'slow') throw new AppError('unavailable', volume.status.message ?? 'slow');
  try {
    const { handle, found } = await opened(volume, path);
    return {
      sizeBytes: found.size,
      version: versionOf(found, known),
      read: (offset, length) =>
        volume.run('reading a clip', async () => {
          const bytes = Buffer.allocUnsafe(length);
          const { bytesRead } = await handle.read(bytes, 0, length, offset);
          return bytes.subarray(0, bytesRead);
        }),
      close: () => void volume.release(handle),
    };
  } catch (error) {
    throw asAppError(error);
  }
}

/** One that opens when nobody waits for it any more is closed at once; a pipe or a folder is no file. */
async function opened(volume: Volume, path: string) {
  let isOver = false;
  const opening = volume.run('opening a clip', async () => {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await handle.stat();
      if (isOver || !found.isFile()) throw new NoFile();
      return { handle, found };
    } catch (error) {
      await handle.close();
      throw error;
    }
  });
  return opening.catch((error: unknown) => {
    isOver = true;
    throw error;
  });
}

class NoFile extends Error {}

/** The ledger's name for the bytes, while the file is the one that it knows. */
function versionOf(found: Stats, known: KnownFile): string {
  const isKnown = found.size === known.sizeBytes && Math.abs(found.mtimeMs - (known.mtimeMs ?? 0)) < 2000;
  return isKnown && known.version !== null ? known.version : fileVersion(found);
}

function asAppError(error: unknown): unknown {
  if (error instanceof VolumeError) return new AppError('unavailable', error.message);
  if (error instanceof NoFile || errnoOf(error) === 'ENOENT')
    return new AppError('not_found', 'This file is not on the recordings volume now.');
  return error;
}
