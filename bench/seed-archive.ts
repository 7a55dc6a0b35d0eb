import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { databaseFileName } from '../src/server/db/open.ts';
import { chunks } from '../src/server/lib/chunks.ts';
import type { Settings } from '../src/shared/settings.ts';
import { clipsPerDay, dayMs, seedDatabase } from './seed-database.ts';

const markerId = '9f6a3c1e-0000-4000-8000-000000000002';
const filesAtOnce = 64;
/** Of a seeded day. */
const firstHour = 8 * 60 * 60_000;

export interface ArchiveOrder {
  clips: number;
  /** Of these, older than `days`, a multiple of a day's clips; the others are younger. */
  overAge: number;
  days: number;
  /** The newest still wait for their camera. */
  waiting?: number;
}

/** `config` and `recordings` of years of clips, each with its own small file. */
export async function seedArchive(folder: string, order: ArchiveOrder): Promise<void> {
  const configDir = join(folder, 'config');
  const recordings = join(folder, 'recordings');
  const daysOverAge = Math.ceil(order.overAge / clipsPerDay);
  // Half a day on either side of the rule: nothing becomes due while it is measured.
  const lastOverAge = Date.now() - order.days * dayMs - dayMs / 2;
  await seedDatabase({
    configDir,
    clips: order.clips,
    waiting: order.waiting ?? 0,
    cameraAddress: '127.0.0.1:1',
    markerId,
    isScanned: true,
    firstDay: lastOverAge - firstHour - (daysOverAge - 1) * dayMs,
    bytesOf: (index) => 1 + (index % 9),
  });
  await mkdir(recordings, { recursive: true });
  await writeFile(join(recordings, markerName), JSON.stringify({ id: markerId }));
  for (const some of chunks(archivedFiles(configDir), filesAtOnce)) {
    await Promise.all(some.map((file) => writeClip(join(recordings, file.path), file.size_bytes)));
  }
}

async function writeClip(path: string, bytes: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.alloc(bytes, 'clip'));
}

/** The same settings for every start on this folder, until they are written again. */
export async function writeSettings(folder: string, settings: Partial<Settings>): Promise<void> {
  await writeFile(join(folder, 'config', 'settings.json'), JSON.stringify(settings));
}

/** A copy in a moment: the files of the recordings are links to the same bytes, and go without the others going. */
export async function copyArchive(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  execFileSync('cp', ['-r', join(from, 'config'), to]);
  execFileSync('cp', ['-rl', join(from, 'recordings'), to]);
}

export interface ArchivedFile {
  path: string;
  size_bytes: number;
}

/** What the ledger says is in the archive. */
export function archivedFiles(configDir: string): ArchivedFile[] {
  return askDatabase<ArchivedFile>(configDir, "select path, size_bytes from clip where state = 'archived'");
}

/** Asked beside the running program, or after it. */
export function askDatabase<Row>(configDir: string, query: string): Row[] {
  const db = new SqliteDatabase(join(configDir, databaseFileName), { readonly: true });
  try {
    return db.prepare(query).all() as Row[];
  } finally {
    db.close();
  }
}
