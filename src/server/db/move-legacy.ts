import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { opendir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { z } from 'zod';
import { TimeoutError, withTimeout } from '../lib/abort.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { inspectStateFile } from './inspect.ts';
import { databaseFileName } from './open.ts';
import {
  companionEndings,
  copyDatabase,
  DamagedDatabaseError,
  finishCopy,
  fsyncFile,
  isDamage,
  putInPlace,
  removeDatabase,
  type CopyProgress,
} from './sqlite-files.ts';

/** Where earlier versions kept the state, on the slow volume. */
export const legacyFileName = '.viofosync.db';
const retiredFileName = '.viofosync.db.migrated';
/** Says that the new file was made from the legacy one, whose renaming is still to come. */
const noteName = 'viofosync.db.moved.json';
const noteSchema = z.object({
  from: z.string(),
  size: z.number(),
  mtimeMs: z.number(),
  retireAs: z.string(),
});
/** A share that does not answer must not hold up the start. */
const shareTimeoutMs = 15_000;

export type MoveStep = 'copied' | 'noted' | 'placed';

export interface MoveOptions {
  configDir: string;
  recordings: string;
  onProgress?: CopyProgress;
  /** Called after each step, for tests that end the process there. */
  onStep?: (step: MoveStep) => void;
}

/**
 * Where the legacy file stands: `unknown` when the recordings volume could not be asked; `isEmpty`: there is nothing
 * at all, as where a share is not mounted.
 */
export type LegacyPlace =
  { kind: 'absent'; isEmpty: boolean } | { kind: 'present' } | { kind: 'unknown'; message: string };

/** Looks for the legacy file. A look that hangs is waited for again, never begun a second time. */
export class LegacyLook {
  private readonly recordings: string;
  private pending: Promise<LegacyPlace> | null = null;

  constructor(recordings: string) {
    this.recordings = recordings;
  }

  /** A call is in the hands of the operating system. */
  get hangs(): boolean {
    return this.pending !== null;
  }

  /** Rejects when the signal is aborted. */
  async look(signal: AbortSignal, timeoutMs = shareTimeoutMs): Promise<LegacyPlace> {
    this.pending ??= findLegacy(this.recordings).finally(() => (this.pending = null));
    try {
      return await withTimeout(unlessAborted(this.pending, signal), timeoutMs, this.recordings);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      return { kind: 'unknown', message: messageOf(error) };
    }
  }
}

/** Asks the recordings volume, for as long as it takes. Never rejects. */
export async function findLegacy(recordings: string): Promise<LegacyPlace> {
  try {
    const entry = await stat(join(recordings, legacyFileName));
    if (entry.isFile() && entry.size > 0) return { kind: 'present' };
    return { kind: 'absent', isEmpty: false };
  } catch (error) {
    if (!isNotThere(error)) return { kind: 'unknown', message: messageOf(error) };
    return { kind: 'absent', isEmpty: await isEmptyFolder(recordings) };
  }
}

async function isEmptyFolder(path: string): Promise<boolean> {
  try {
    const folder = await opendir(path);
    const first = await folder.read();
    await folder.close();
    return first === null;
  } catch (error) {
    return isNotThere(error);
  }
}

const isNotThere = (error: unknown) => ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '');

/** A start without the legacy file: what a move that was cut off has noted of it is void. */
export async function forgetMove(configDir: string): Promise<void> {
  await rm(join(configDir, noteName), { force: true });
}

/**
 * Copies `$RECORDINGS/.viofosync.db` to `$CONFIG_DIR/viofosync.db`, whole or not at all, with what only its log holds.
 * The new file wins when both exist: nothing is done. The legacy file stays until `retireLegacy`. Returns warnings.
 * Runs in a thread of its own: its calls on the share are synchronous and may last.
 */
export async function moveLegacy(options: MoveOptions): Promise<string[]> {
  const source = join(options.recordings, legacyFileName);
  const target = join(options.configDir, databaseFileName);
  const part = `${target}.part`;
  if (inspectStateFile(target).kind !== 'absent' || !existsSync(source)) return [];
  const warnings = await copyInto(source, part, options);
  options.onStep?.('copied');
  writeNote(options, source);
  options.onStep?.('noted');
  putInPlace(part, target);
  options.onStep?.('placed');
  return warnings;
}

/** By SQLite's own backup where it can open the file on its share, else from copies of its files. */
async function copyInto(source: string, part: string, options: MoveOptions): Promise<string[]> {
  try {
    await copyDatabase(source, part, { onProgress: options.onProgress, leavesNoTrace: true });
    return [];
  } catch (error) {
    if (isFull(error)) throw error;
    const why = `SQLite could not read ${source} where it lies (${messageOf(error)}); its files were copied instead`;
    return [why, ...copyFiles(source, part)];
  }
}

/** Copies the database's files to a private folder and lets SQLite recover them there. Returns warnings. */
function copyFiles(source: string, part: string): string[] {
  const folder = `${part}.files`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const copy = join(folder, 'copy.db');
  try {
    copyFileSync(source, copy);
    const warnings = companionEndings.flatMap((ending) => copyCompanion(source, copy, ending));
    try {
      recover(copy);
    } catch (error) {
      if (!isDamage(error) && !(error instanceof DamagedDatabaseError)) throw error;
      for (const ending of companionEndings) rmSync(copy + ending, { force: true });
      copyFileSync(source, copy);
      recover(copy);
      warnings.push(`what lay beside ${source} does not fit it and was left out (${messageOf(error)})`);
    }
    removeDatabase(part);
    renameSync(copy, part);
    return warnings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyCompanion(source: string, copy: string, ending: string): string[] {
  try {
    copyFileSync(source + ending, copy + ending);
    return [];
  } catch (error) {
    rmSync(copy + ending, { force: true });
    const isMissing = errnoOf(error) === 'ENOENT';
    // A journal is there only after a crash, and the shared memory is made anew.
    if (isMissing && (ending !== '-wal' || !hasWriteAheadLog(copy))) return [];
    return [
      isMissing
        ? `${source}${ending} is missing; if the earlier version was not stopped cleanly, its last changes are lost`
        : `${source}${ending} could not be copied (${messageOf(error)}); what only it held is lost`,
    ];
  }
}

/** The two format bytes of the file's header (sqlite.org/fileformat2.html, 1.3.3). */
function hasWriteAheadLog(path: string): boolean {
  const header = Buffer.alloc(20);
  const file = openSync(path, 'r');
  try {
    return readSync(file, header, 0, 20, 0) === 20 && header[18] === 2;
  } finally {
    closeSync(file);
  }
}

/** Opening for writing takes in what the log holds; then every page is read. */
function recover(copy: string): void {
  const file = new SqliteDatabase(copy, { fileMustExist: true });
  try {
    file.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    file.close();
  }
  finishCopy(copy);
}

const isFull = (error: unknown) => ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(errnoOf(error) ?? '');

function writeNote(options: MoveOptions, source: string): void {
  const { size, mtimeMs } = statSync(source);
  const note = { from: source, size, mtimeMs, retireAs: freeRetiredName(options.recordings) };
  const path = join(options.configDir, noteName);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(note)}\n`, { flush: true });
  renameSync(`${path}.tmp`, path);
  fsyncFile(options.configDir);
}

/** An earlier fallback is never overwritten. */
function freeRetiredName(recordings: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? retiredFileName : `${retiredFileName}-${number}`;
    if (!existsSync(join(recordings, name))) return name;
  }
}

/**
 * Renames the legacy file that was moved to `.viofosync.db.migrated`, with its log. Returns a warning when that is not
 * possible; it is not tried again. Does nothing when nothing was moved.
 */
export async function retireLegacy(
  configDir: string,
  recordings: string,
  run: (what: string, call: () => Promise<void>) => Promise<void> = (_what, call) => call(),
): Promise<string | null> {
  const note = readNote(configDir);
  if (note === null) return null;
  let warning: string | null = null;
  try {
    await run('renaming the old state file', () => renameAll(note, recordings));
  } catch (error) {
    warning = `${note.from} was taken over, but could not be renamed (${messageOf(error)}). Rename or delete it by hand; it is not used any more.`;
  }
  await rm(join(configDir, noteName), { force: true });
  return warning;
}

async function renameAll(note: z.infer<typeof noteSchema>, recordings: string): Promise<void> {
  const retired = join(recordings, note.retireAs);
  const entry = await stat(note.from).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (entry && (entry.size !== note.size || entry.mtimeMs !== note.mtimeMs)) {
    throw new Error('it has changed since');
  }
  for (const ending of ['', ...companionEndings]) {
    await rename(note.from + ending, retired + ending).catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw error;
    });
  }
}

function readNote(configDir: string): z.infer<typeof noteSchema> | null {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(join(configDir, noteName), 'utf8')));
  } catch {
    return null;
  }
}
