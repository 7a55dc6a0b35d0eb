import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { AdoptionReport } from '../../shared/system.ts';
import { fileJobs } from './file-jobs.ts';
import { adoptV2, type AdoptOptions } from './legacy/adopt.ts';
import { moveLegacy } from './move-legacy.ts';
import { databaseFileName, openDatabase, type Journal } from './open.ts';
import { rebuildDatabase, restoreNewest } from './recover.ts';
import { copyDatabase, freeName, haveSamePages, stampOf } from './sqlite-files.ts';

export interface JobProgress {
  what: string;
  done: number;
  total: number;
}

/** Long work on database files, each with what it is given; every one runs in a thread of its own. */
export interface DatabaseJobs {
  /** Copies the legacy file from the recordings volume. Returns warnings. */
  move: { input: { configDir: string; recordings: string }; result: string[] };
  /** Keeps a copy of a v2 database and makes its rows ours. */
  adopt: {
    input: Pick<AdoptOptions, 'zone' | 'recordings' | 'camera' | 'now'> & {
      configDir: string;
      journal: Journal;
    };
    result: AdoptionReport;
  };
  /** Migrates our own database, keeping a copy. */
  upgrade: { input: { configDir: string; now: number; journal: Journal }; result: null };
  /** Reads every page. The first fault, or null. */
  check: { input: { path: string }; result: string | null };
  /** Copies a database that may be in use. */
  copy: { input: { source: string; target: string }; result: null };
  /** Puts the newest good backup in the place of a damaged database. Its name, or null when there is none. */
  restore: { input: { configDir: string; now: number }; result: string | null };
  /** Puts an empty database with what could be saved in the place of a damaged one. */
  rebuild: { input: { configDir: string; now: number }; result: string[] };
}
export type DatabaseJob = keyof DatabaseJobs;

type Runner<K extends DatabaseJob> = (
  input: DatabaseJobs[K]['input'],
  report: (progress: JobProgress) => void,
) => Promise<DatabaseJobs[K]['result']>;

export const databaseJobs: { [K in DatabaseJob]: Runner<K> } = {
  move: (input, report) =>
    moveLegacy({ ...input, onProgress: (copied) => report({ what: 'pages', ...copied }) }),
  adopt: adoptFile,
  upgrade: async ({ configDir, now, journal }) => {
    await (await openDatabase({ configDir, journal, now: new Date(now) })).destroy();
    return null;
  },
  ...fileJobs,
  restore: restoreNewest,
  rebuild: rebuildDatabase,
};

const v2CopyPrefix = 'viofosync-v2-';

async function adoptFile(
  input: DatabaseJobs['adopt']['input'],
  report: (progress: JobProgress) => void,
): Promise<AdoptionReport> {
  const path = join(input.configDir, databaseFileName);
  const copy = await keepV2Copy(path, input, report);
  const sqlite = new SqliteDatabase(path, { fileMustExist: true });
  try {
    sqlite.pragma(`journal_mode = ${input.journal}`);
    sqlite.pragma('synchronous = FULL');
    const adopted = await adoptV2({ ...input, sqlite, copy, onProgress: report });
    sqlite.pragma('wal_checkpoint(TRUNCATE)');
    return adopted;
  } finally {
    sqlite.close();
  }
}

/** Copies that a start which was cut off had begun. */
function removeUnfinished(configDir: string): void {
  for (const name of readdirSync(configDir)) {
    if (name.startsWith(v2CopyPrefix) && /\.db\.part(-wal|-shm|-journal)?$/.test(name))
      rmSync(join(configDir, name));
  }
}

/** An equal copy kept by a start that did not come to its end serves again: a crash loop must not fill the disk. */
async function keepV2Copy(
  path: string,
  { configDir, now }: { configDir: string; now: number },
  report: (progress: JobProgress) => void,
): Promise<string> {
  removeUnfinished(configDir);
  const kept = readdirSync(configDir).filter((name) => name.startsWith(v2CopyPrefix) && name.endsWith('.db'));
  const name = freeName(configDir, `${v2CopyPrefix}${stampOf(now)}`, '.db');
  const copy = join(configDir, name);
  await copyDatabase(path, copy, {
    onProgress: (copied) => report({ what: 'pages copied', ...copied }),
  });
  const same = kept.find((other) => haveSamePages(join(configDir, other), copy));
  if (same === undefined) return name;
  rmSync(copy);
  return same;
}
