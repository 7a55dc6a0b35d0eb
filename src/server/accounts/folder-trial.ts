import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, opendir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeCheck } from '../../shared/set-up.ts';

type Trial = NonNullable<VolumeCheck['trial']>;

export interface FolderTrialOptions {
  /** How many bytes to write at most. */
  bytes: number;
  /** Carries out one call on the folder within a time limit; rejects when it does not answer. */
  run: <T>(what: string, call: () => Promise<T>) => Promise<T>;
  /** Milliseconds of a clock that is never set. */
  now: () => number;
}

/** The archive's own trial files begin so too: whoever finds one that was left behind may delete it. */
const prefix = '.viofosync-probe-';
const pieceBytes = 1024 * 1024;
/** A slow folder is known to be slow after this long. */
const enoughMs = 4000;
const syncs = 5;

/** Code of the error when other bytes are read than were written. */
export const otherBytesCode = 'READBACK';

/**
 * Writes a file into a folder as a download does (write, fsync, rename, read), and tells how fast that went. Leaves
 * nothing behind. Rejects with what the folder refused.
 */
export async function tryFolder(folder: string, options: FolderTrialOptions): Promise<Trial> {
  const { run } = options;
  const [first, second] = [name(folder), name(folder)] as const;
  const piece = randomBytes(Math.min(pieceBytes, options.bytes));
  try {
    const file = await run('a trial file', () => open(first, 'wx', 0o600));
    let trial: Trial;
    try {
      trial = { ...(await write(file, piece, options)), syncMs: await syncMs(file, options) };
    } finally {
      await run('closing a trial file', () => file.close()).catch(() => undefined);
    }
    await run('renaming a trial file', () => rename(first, second));
    await compare(second, piece, options);
    return trial;
  } finally {
    for (const path of [first, second]) await run('a trial file', () => unlink(path)).catch(() => undefined);
  }
}

/** Removes what trials that were cut off have left in a folder of ours. */
export async function clearTrials(folder: string): Promise<void> {
  for await (const entry of await opendir(folder))
    if (entry.isFile() && entry.name.startsWith(prefix))
      await unlink(join(folder, entry.name)).catch(() => undefined);
}

const name = (folder: string) => join(folder, `${prefix}${randomBytes(6).toString('hex')}`);

/** As much as there is time for, and on the disk for certain. */
async function write(
  file: FileHandle,
  piece: Buffer,
  { bytes: wanted, run, now }: FolderTrialOptions,
): Promise<Omit<Trial, 'syncMs'>> {
  const begun = now();
  let bytes = 0;
  while (bytes < wanted && now() - begun < enoughMs) {
    const at = bytes;
    const { bytesWritten } = await run('a trial write', () => file.write(piece, 0, piece.length, at));
    bytes += bytesWritten;
  }
  await run('a trial write', () => file.sync());
  const writeMs = Math.max(now() - begun, 0.1);
  return { bytes, writeMs, bytesPerSecond: (bytes / writeMs) * 1000 };
}

/** The middle one of a few small changes. */
async function syncMs(file: FileHandle, { run, now }: FolderTrialOptions): Promise<number> {
  const begun = now();
  const took: number[] = [];
  const word = Buffer.alloc(4096, 1);
  while (took.length < syncs && now() - begun < enoughMs) {
    const before = now();
    // After the first piece, which is read back.
    await run('a small trial write', async () => {
      await file.write(word, 0, word.length, pieceBytes);
      await file.sync();
    });
    took.push(now() - before);
  }
  const sorted = took.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function compare(path: string, piece: Buffer, { run }: FolderTrialOptions): Promise<void> {
  const found = Buffer.alloc(piece.length);
  await run('a trial read', async () => {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      await file.read(found, 0, found.length, 0);
    } finally {
      await file.close();
    }
  });
  if (!found.equals(piece))
    throw Object.assign(new Error('other bytes are read than were written'), { code: otherBytesCode });
}
