import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errors.ts';

/**
 * Replaces a file so that after a crash either the old or the new content is there: temporary file beside it,
 * fsync, rename, fsync of the folder.
 */
export async function writeFileAtomic(path: string, content: string, mode = 0o666): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await fsyncFolder(dirname(path));
}

/** Keeps a copy beside a file; harmless when there is no such file. */
export async function keepCopy(path: string, copyPath: string): Promise<void> {
  await copyFile(path, copyPath, constants.COPYFILE_FICLONE).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
}

/** Makes a rename or a new file in the folder durable; file systems that cannot (some network shares) are let be. */
export async function fsyncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR', 'EBADF'].includes(errnoOf(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
