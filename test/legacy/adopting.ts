import SqliteDatabase from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { adoptV2, type AdoptOptions } from '../../src/server/db/legacy/adopt.ts';
import { openDatabase, type Database } from '../../src/server/db/open.ts';
import type { AdoptionReport } from '../../src/shared/system.ts';

export const now = Date.UTC(2026, 8, 1);

/** Adopts the database at `path`, or the one that is already open. */
export async function adopt(path: string, options: Partial<AdoptOptions> = {}): Promise<AdoptionReport> {
  const sqlite = options.sqlite ?? new SqliteDatabase(path);
  try {
    return await adoptV2({
      zone: 'Europe/London',
      recordings: '/recordings',
      camera: { address: '192.168.1.254', alternativeAddress: null },
      now,
      copy: 'viofosync-v2-20260901.db',
      onProgress: () => {},
      ...options,
      sqlite,
    });
  } finally {
    if (!options.sqlite) sqlite.close();
  }
}

/** The adopted database as the program opens it, until the end of the test. */
export async function openedAfter(folder: string): Promise<Database> {
  const db = await openDatabase({ configDir: folder, now: new Date(now) });
  onTestFinished(() => db.destroy());
  return db;
}
