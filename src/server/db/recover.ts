import { copyFileSync, existsSync, linkSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { flawOfBackup, newestGoodBackup } from './backup-files.ts';
import { compiler } from './compiler.ts';
import { inspectStateFile } from './inspect.ts';
import { databaseFileName, openDatabase } from './open.ts';
import {
  companionEndings,
  copyDatabase,
  finishCopy,
  freeName,
  fsyncFile,
  putInPlace,
  removeDatabase,
  stampOf,
} from './sqlite-files.ts';

/** Puts the newest good backup in the database's place; the damaged one is kept aside. Its name, or null when there is none. */
export async function restoreNewest({
  configDir,
  now,
}: {
  configDir: string;
  now: number;
}): Promise<string | null> {
  const backup = newestGoodBackup(configDir);
  if (backup === null) return null;
  await replaceBy(backup, { configDir, stem: `viofosync-damaged-${stampOf(now)}` });
  return basename(backup);
}

/**
 * Puts a file in the database's place, for the command line. What was there is kept; its name is returned, or null
 * when there was none. Throws when the file cannot serve; then nothing was changed.
 */
export async function restoreFile(
  file: string,
  { configDir, now }: { configDir: string; now: number },
): Promise<string | null> {
  const flaw = flawOfBackup(file);
  if (flaw !== null) throw new Error(flaw);
  takeInLog(join(configDir, databaseFileName));
  return replaceBy(file, { configDir, stem: `viofosync-before-restore-${stampOf(now)}` });
}

/** What only the log of the present database holds goes into it, so that it can be kept as one file. */
function takeInLog(path: string): void {
  if (!existsSync(path)) return;
  try {
    const file = new SqliteDatabase(path, { fileMustExist: true });
    file.pragma('wal_checkpoint(TRUNCATE)');
    file.close();
  } catch {
    // Damaged: kept as it is, with its log beside it.
  }
}

async function replaceBy(
  file: string,
  { configDir, stem }: { configDir: string; stem: string },
): Promise<string | null> {
  const target = join(configDir, databaseFileName);
  const part = `${target}.part`;
  await copyDatabase(file, part);
  forgetScan(part);
  const aside = keepAside(configDir, stem);
  putInPlace(part, target);
  return aside;
}

/** Clips that arrived after the backup are in the archive and unknown to it: the scan is to be made again. */
function forgetScan(part: string): void {
  if (inspectStateFile(part).kind !== 'ours') return;
  const file = new SqliteDatabase(part);
  try {
    const forget = compiler.deleteFrom('app_state').where('key', '=', 'scan.finished').compile();
    file.prepare(forget.sql).run(...forget.parameters);
    // Parts of downloads of then: their files have long become something else.
    file.prepare(compiler.deleteFrom('part').compile().sql).run();
  } finally {
    file.close();
  }
  finishCopy(part);
}

/**
 * Gives the present database a second name, with its log, without ever leaving its place empty: a start in between
 * would take that for a new installation.
 */
function keepAside(configDir: string, stem: string): string | null {
  const target = join(configDir, databaseFileName);
  if (!existsSync(target)) return null;
  const name = freeName(configDir, stem, '.db');
  const aside = join(configDir, name);
  try {
    linkSync(target, aside);
  } catch {
    // A file system without links.
    copyFileSync(target, aside);
  }
  for (const ending of companionEndings) {
    if (existsSync(target + ending)) renameSync(target + ending, aside + ending);
  }
  fsyncFile(configDir);
  return name;
}

/** Tables whose rows no scan of the recordings brings back. */
const salvaged = ['camera', 'user', 'app_state', 'geocode', 'export', 'adoption', 'adopted'] as const;

/**
 * Puts an empty database in the place of a damaged one, with the cameras, users and small tables that can still be
 * read there or in the newest good backup. The clips are found by a scan. Returns what was saved, in words.
 */
export async function rebuildDatabase({
  configDir,
  now,
}: {
  configDir: string;
  now: number;
}): Promise<string[]> {
  const target = join(configDir, databaseFileName);
  const partName = `${databaseFileName}.part`;
  const part = join(configDir, partName);
  removeDatabase(part);
  await (await openDatabase({ configDir, fileName: partName, now: new Date(now) })).destroy();
  const backup = newestGoodBackup(configDir);
  const words = salvage(part, [target, ...(backup === null ? [] : [backup])]);
  finishCopy(part);
  keepAside(configDir, `viofosync-damaged-${stampOf(now)}`);
  putInPlace(part, target);
  return words;
}

function salvage(part: string, sources: string[]): string[] {
  const file = new SqliteDatabase(part);
  try {
    file.pragma('foreign_keys = OFF');
    const words = salvaged.flatMap((table) => salvageTable(file, table, sources));
    // The scan must run, whatever the old one had found.
    file.exec("delete from app_state where key = 'scan.finished'");
    return words;
  } finally {
    file.close();
  }
}

/** From the first source that gives the whole table. */
function salvageTable(file: SqliteDatabase.Database, table: Salvaged, sources: string[]): string[] {
  for (const source of sources) {
    try {
      const rows = readTable(source, table);
      file.transaction(() => insertAll(file, table, rows))();
      return rows.length === 0 ? [] : [`${rows.length} rows of ${table} from ${basename(source)}`];
    } catch {
      // The next source, or the scan.
    }
  }
  return [`nothing of ${table} could be read`];
}

type Row = Record<string, unknown>;
type Salvaged = (typeof salvaged)[number];

function readTable(path: string, table: Salvaged): Row[] {
  const source = new SqliteDatabase(path, { readonly: true, fileMustExist: true });
  try {
    return source.prepare(compiler.selectFrom(table).selectAll().compile().sql).all() as Row[];
  } finally {
    source.close();
  }
}

function insertAll(file: SqliteDatabase.Database, table: Salvaged, rows: Row[]): void {
  const known = new Set(
    (file.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) => name),
  );
  for (const row of rows) {
    // The columns of an older or newer schema that are not ours are left.
    const values = Object.fromEntries(Object.entries(row).filter(([name]) => known.has(name)));
    const { sql, parameters } = compiler
      .replaceInto(table)
      // A row of that very table, of a schema near to ours; SQLite refuses what does not fit.
      .values(values)
      .compile();
    file.prepare(sql).run(...parameters);
  }
}
