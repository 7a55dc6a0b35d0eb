import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { errnoOf } from '../lib/errors.ts';

/** What SQLite keeps beside a database; a committed row may be in the first of them alone. */
export const companionEndings = ['-wal', '-shm', '-journal'] as const;

/** Pages of a copy between two reports. */
const pagesPerStep = 2000;

export type CopyProgress = (progress: { done: number; total: number }) => void;

/** The file is there and holds something; an empty one is what a crash at the very first moment leaves. */
export function hasContent(path: string): boolean {
  return (
    (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0 ||
    (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
  );
}

/**
 * Copies a database as one consistent file by SQLite's own backup, whatever its log holds: `<target>.part`, checked,
 * fsynced, renamed. The source is opened for reading only. Runs in a thread of its own: the calls are synchronous.
 */
export async function copyDatabase(
  source: string,
  target: string,
  options: { onProgress?: CopyProgress | undefined; leavesNoTrace?: boolean } = {},
): Promise<void> {
  const part = `${target}.part`;
  removeDatabase(part);
  // It may hold password hashes from its first byte on.
  closeSync(openSync(part, 'w', 0o600));
  // Never beside a database that others may be opening: what was not there before is theirs by now.
  const removeTraces = options.leavesNoTrace ? tracesOfReading(source) : () => undefined;
  const reader = new SqliteDatabase(source, { readonly: true, fileMustExist: true, timeout: 10_000 });
  try {
    // Held over all steps, or every change by another connection would begin the copy anew, for ever.
    if (reader.pragma('journal_mode', { simple: true }) === 'wal') holdSnapshot(reader);
    await reader.backup(part, {
      progress: ({ totalPages, remainingPages }) => {
        options.onProgress?.({ done: totalPages - remainingPages, total: totalPages });
        return pagesPerStep;
      },
    });
  } finally {
    reader.close();
    removeTraces();
  }
  finishCopy(part);
  putInPlace(part, target);
}

function holdSnapshot(reader: SqliteDatabase.Database): void {
  reader.exec('begin');
  reader.prepare('select 1 from sqlite_master').get();
}

/**
 * Reading a database with a write-ahead log makes the files that go with it, empty. Returns what removes those that
 * were not there before; one that holds something is another program's.
 */
export function tracesOfReading(path: string): () => void {
  const absent = [`${path}-wal`, `${path}-shm`].filter((name) => !existsSync(name));
  return () => {
    for (const name of absent) {
      const isEmpty = statSync(name, { throwIfNoEntry: false })?.size === 0;
      if (isEmpty || name.endsWith('-shm')) rmSync(name, { force: true });
    }
  };
}

/** Makes a copied database one durable file of which every page was read. Throws when it is damaged. */
export function finishCopy(part: string): void {
  const copy = new SqliteDatabase(part, { fileMustExist: true });
  try {
    const fault = firstFault(copy);
    if (fault !== null) throw new DamagedDatabaseError(`the copy is damaged: ${fault}`);
    // One file: a log beside it could be lost on its way.
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
  makePrivate(part);
  fsyncFile(part);
}

/** Renames a finished file into its place, durably. A log left beside the place is of another database: set aside. */
export function putInPlace(part: string, target: string): void {
  for (const ending of companionEndings) {
    if (existsSync(`${part}${ending}`)) rmSync(`${part}${ending}`);
    if (existsSync(`${target}${ending}`)) renameSync(`${target}${ending}`, `${target}${ending}.stray`);
  }
  renameSync(part, target);
  fsyncFile(dirname(target));
}

export class DamagedDatabaseError extends Error {
  override name = 'DamagedDatabaseError';
}

/** The first thing wrong in the file, found by reading all of it; null when it is whole. Seconds for large files. */
export function faultOf(path: string): string | null {
  try {
    const file = new SqliteDatabase(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
    try {
      return firstFault(file);
    } finally {
      file.close();
    }
  } catch (error) {
    if (isDamage(error)) return (error as Error).message;
    throw error;
  }
}

function firstFault(file: SqliteDatabase.Database): string | null {
  const [first] = file.pragma('integrity_check(1)', { simple: false }) as { integrity_check: string }[];
  return first === undefined || first.integrity_check === 'ok' ? null : first.integrity_check;
}

/** SQLite found the file's contents wrong, as against not being able to reach it. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(errnoOf(error) ?? '');
}

/** The same of whatever comes out of opening, copying or using a database. */
export function isDamaged(error: unknown): boolean {
  return error instanceof DamagedDatabaseError || isDamage(error);
}

export function removeDatabase(path: string): void {
  for (const ending of ['', ...companionEndings]) rmSync(`${path}${ending}`, { force: true });
}

/** It holds password hashes: readable by its owner alone, where the file system knows owners. */
export function makePrivate(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // A share without modes.
  }
}

/** Of a file or a folder; file systems that cannot are let be. */
export function fsyncFile(path: string): void {
  const handle = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(handle);
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR', 'EBADF'].includes(errnoOf(error) ?? '')) throw error;
  } finally {
    closeSync(handle);
  }
}

/** `20260628-133416`, UTC: sorts by time. */
export function stampOf(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}

/** A name in the folder that is not taken: `x.db`, `x-2.db`. */
export function freeName(folder: string, stem: string, ending: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${stem}${ending}` : `${stem}-${number}${ending}`;
    if (!existsSync(join(folder, name))) return name;
  }
}

/** Removes all but the newest of the copies of a kind; their names sort by time. */
export function pruneCopies(folder: string, prefix: string, keep: number): void {
  const names = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.db'))
    .toSorted();
  for (const name of names.slice(0, Math.max(0, names.length - keep)))
    rmSync(join(folder, name), { force: true });
}

const comparedBytes = 1 << 20;
/** Journal mode and counters are there: they differ between equal copies. */
const headerBytes = 100;

/** Whether two databases hold the same, page by page. */
export function haveSamePages(path: string, otherPath: string): boolean {
  if (statSync(path).size !== statSync(otherPath).size) return false;
  const files = [openSync(path, 'r'), openSync(otherPath, 'r')] as const;
  const buffers = [Buffer.alloc(comparedBytes), Buffer.alloc(comparedBytes)] as const;
  try {
    for (let position = headerBytes; ;) {
      const length = readSync(files[0], buffers[0], { position });
      readSync(files[1], buffers[1], { position, length });
      position += length;
      if (length === 0) return true;
      if (buffers[0].compare(buffers[1], 0, length, 0, length) !== 0) return false;
    }
  } finally {
    for (const file of files) closeSync(file);
  }
}
