import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The bytes of `cacheDir/name`; made first by `make(temporaryPath)` if the file is not there. Processes
 * may race: each makes its own and the last rename wins, with equal contents.
 */
export async function cachedFile(
  cacheDir: string,
  name: string,
  make: (temporaryPath: string) => Promise<void>,
): Promise<Buffer> {
  const path = join(cacheDir, name);
  const existing = await readIfThere(path);
  if (existing) return existing;
  await mkdir(cacheDir, { recursive: true });
  // ffmpeg reads the format off the extension, so the name stays at the end.
  const temporaryPath = join(cacheDir, `.${randomUUID()}-${name}`);
  try {
    await make(temporaryPath);
    await rename(temporaryPath, path);
  } finally {
    await rm(temporaryPath, { force: true });
  }
  return readFile(path);
}

/** Remembers what is being or has been made per key; what failed is tried again. */
export class Memo<T> {
  private readonly entries = new Map<string, Promise<T>>();

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.entries.get(key);
    if (known) return known;
    const made = make();
    this.entries.set(key, made);
    made.catch(() => this.entries.delete(key));
    return made;
  }
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
