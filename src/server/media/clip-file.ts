import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { fileSource } from '../lib/byte-source.ts';
import type { ByteSource } from '../lib/mp4-boxes.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';

export type ReadableVolume = Pick<ArchiveVolume, 'run' | 'pathOf' | 'release'>;

/**
 * Hands a file of the archive to `use` as bytes, each read of which has its own time limit, and closes it. Throws what
 * the volume says, `ENOENT` where the file is not there, and the signal's reason.
 */
export async function withClipFile<T>(
  path: string,
  { volume, signal }: { volume: ReadableVolume; signal: AbortSignal },
  use: (source: ByteSource) => Promise<T>,
): Promise<T> {
  const { handle, sizeBytes } = await opened(path, { volume, signal });
  const file = fileSource(handle, sizeBytes);
  const read: ByteSource['read'] = (offset, length) =>
    unlessAborted(
      volume.run('reading a clip', () => file.read(offset, length)),
      signal,
    );
  try {
    return await use({ sizeBytes, read });
  } finally {
    await volume.release(handle);
  }
}

/** A file that opens when nobody waits for it any more is closed at once. */
async function opened(
  path: string,
  { volume, signal }: { volume: ReadableVolume; signal: AbortSignal },
): Promise<{ handle: FileHandle; sizeBytes: number }> {
  let isOver = false;
  const opening = volume.run('opening a clip', async () => {
    // Not blocking: something else than a file may stand there, and would keep whoever opens it.
    const handle = await open(volume.pathOf(path), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const entry = await handle.stat();
      if (isOver || !entry.isFile()) throw new Error('This is not a file.');
      return { handle, sizeBytes: entry.size };
    } catch (error) {
      await handle.close();
      throw error;
    }
  });
  return unlessAborted(opening, signal).catch((error: unknown) => {
    isOver = true;
    throw error;
  });
}
