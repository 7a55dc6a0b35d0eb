import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { openDatabase } from '../src/server/db/open.ts';
import { VirtualCard, type CardEntry } from '../simulator/card.ts';
import type { ClipSource } from '../simulator/clip-source.ts';
import { benchClips, fillCard } from './card.ts';

/** The archive against the card it came from. */
export interface ArchiveVerdict {
  /** Clips of the card without a file of their size, or without one archived row. */
  missing: number;
  /** Files and archived rows beyond one for each clip. */
  duplicated: number;
  /** `.part` files, part rows, clips not in a final state. */
  leftovers: number;
  /** Of the files that were read whole. */
  wrongBytes: number;
  hashed: number;
  archivedBytes: number;
  /** When the last file took its name: milliseconds since 1970. */
  lastRenameAt: number;
}

export interface ArchiveCheck {
  configDir: string;
  recordings: string;
  clips: number;
  /** One in so many files is read and compared. */
  hashEvery: number;
}

/** Looks at files and rows after the server has ended. */
export async function checkArchive(check: ArchiveCheck): Promise<ArchiveVerdict> {
  const entries = fillCard(new VirtualCard(), benchClips(check.clips));
  const files = await filesBelow(check.recordings);
  const clips = files.filter((file) => !file.path.endsWith('.part'));
  const rows = await rowsOf(check.configDir, entries);
  const found = new Map(clips.map((file) => [basename(file.path), file]));
  const whole = entries.filter((entry) => found.get(entry.name)?.sizeBytes === entry.source.sizeBytes);
  const sample = whole.filter((_, index) => index % check.hashEvery === 0);
  const wrong = await Promise.all(sample.map((entry) => differs(entry, found.get(entry.name)?.path ?? '')));
  const archived = new Set(rows.archivedNames);
  return {
    missing: entries.length - whole.filter((entry) => archived.has(entry.name)).length,
    duplicated:
      clips.length - found.size + (rows.archivedNames.length - archived.size) + strangers(found, entries),
    leftovers: files.length - clips.length + rows.parts + rows.unfinished,
    wrongBytes: wrong.filter(Boolean).length,
    hashed: sample.length,
    archivedBytes: whole.reduce((sum, entry) => sum + entry.source.sizeBytes, 0),
    lastRenameAt: Math.max(0, ...clips.map((file) => file.changedAt)),
  };
}

function strangers(found: ReadonlyMap<string, unknown>, entries: readonly CardEntry[]): number {
  const names = new Set(entries.map((entry) => entry.name));
  return [...found.keys()].filter((name) => !names.has(name)).length;
}

interface FoundFile {
  path: string;
  sizeBytes: number;
  changedAt: number;
}

async function filesBelow(folder: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && entry.name !== markerName && !entry.name.endsWith('.json'),
  );
  return Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      // A rename changes the time of the entry (ctime), as the last thing that is done to a clip.
      const { size, ctimeMs } = await stat(path);
      return { path, sizeBytes: size, changedAt: ctimeMs };
    }),
  );
}

async function rowsOf(configDir: string, entries: readonly CardEntry[]) {
  const db = await openDatabase({ configDir, now: new Date() });
  try {
    const names = entries.map((entry) => entry.name);
    const rows = await db.selectFrom('clip').select(['name', 'state']).where('name', 'in', names).execute();
    const archivedNames = rows.filter((row) => row.state === 'archived').map((row) => row.name);
    const parts = await db.selectFrom('part').select('clip_id').execute();
    return { archivedNames, parts: parts.length, unfinished: rows.length - archivedNames.length };
  } finally {
    await db.destroy();
  }
}

async function differs(entry: CardEntry, path: string): Promise<boolean> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') !== (await sha256Of(entry.source));
}

async function sha256Of(source: ClipSource): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source.read(0, source.sizeBytes)) hash.update(chunk);
  return hash.digest('hex');
}
