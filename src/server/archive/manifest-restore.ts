import { readdir } from 'node:fs/promises';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { readAppState, writeAppState } from '../db/app-state.ts';
import { among, updateRows } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import { errnoOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { chunks } from '../lib/chunks.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { readBookFile } from './book-file.ts';
import {
  isManifestName,
  isYearName,
  learned,
  learnedColumns,
  learnedFrom,
  manifestFolder,
  manifestKey,
  manifestSchema,
  type ManifestEntry,
} from './manifest.ts';

export interface RestoreManifestsDeps {
  db: Database;
  volume: ArchiveVolume;
  log: Logger;
  signal: AbortSignal;
  /** The archive that was looked through; when another is in its place, nothing is done. */
  marker: string;
}

const namesAtOnce = 500;

/** The id of the archive, when its manifests were not read yet into this database. */
export async function unreadManifests(db: Db): Promise<string | null> {
  const marker = await readAppState(db, 'archive.marker');
  return marker === (await readAppState(db, 'archive.manifests')) ? null : marker;
}

/**
 * After a scan of an archive that this database had not seen: its clips get back their hashes and origins, once. What
 * the ledger knows stays. Returns how many clips. Throws what the volume says, and the signal's reason; the next call
 * then begins anew.
 */
export async function restoreManifests(deps: RestoreManifestsDeps): Promise<number> {
  const { db, signal, marker } = deps;
  if ((await unreadManifests(db)) !== marker) return 0;
  let count = 0;
  for (const year of (await namesIn(deps, manifestFolder)).filter(isYearName)) {
    const folder = `${manifestFolder}/${year}`;
    for (const name of (await namesIn(deps, folder)).filter(isManifestName)) {
      signal.throwIfAborted();
      count += await restoreFrom(deps, `${folder}/${name}`);
      await yieldToOthers();
    }
  }
  if ((await readAppState(db, 'archive.marker')) === marker)
    await writeAppState(db, 'archive.manifests', marker);
  return count;
}

async function namesIn({ volume, signal }: RestoreManifestsDeps, folder: string): Promise<string[]> {
  const names = volume.run('reading the hashes of the archive', async () =>
    readdir(volume.pathOf(folder)).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
      throw error;
    }),
  );
  return unlessAborted(names, signal);
}

async function restoreFrom({ db, volume, log, signal }: RestoreManifestsDeps, path: string): Promise<number> {
  const reading = readBookFile(volume, path, { key: manifestKey, schema: manifestSchema });
  const file = await unlessAborted(reading, signal);
  if (file.kind === 'broken') log.warn({ path, reason: file.reason }, 'hashes of a day cannot be read');
  if (file.kind !== 'ours') return 0;
  let count = 0;
  for (const some of chunks(file.contents, namesAtOnce))
    count += await db.transaction().execute((trx) => learn(trx, some));
  return count;
}

const columns = [...learnedColumns, 'hash_noted'] as const;

async function learn(trx: Db, entries: readonly ManifestEntry[]): Promise<number> {
  const names = [...new Set(entries.flatMap(({ name }) => [name, name.toUpperCase()]))];
  const known = new Map<string, ManifestEntry | null>();
  for (const entry of entries) {
    const key = keyOf(entry.camera, entry.name, entry.bytes);
    const other = known.get(key);
    // Of one name and length, with two hashes: nobody knows which is which.
    known.set(key, other === undefined || other?.sha256 === entry.sha256 ? entry : null);
  }
  const changes = (await clipsOf(trx, names)).flatMap((row) => {
    const entry = known.get(keyOf(row.folder, row.name, row.size_bytes ?? 0));
    const change = entry && learned(row, entry);
    return change ? [{ ...change, id: row.id, hash_noted: 1 as const }] : [];
  });
  await updateRows(trx, 'clip', columns, changes);
  return changes.length;
}

/** Camera by camera: the index begins with the camera. */
async function clipsOf(trx: Db, names: readonly string[]) {
  const cameras = await trx.selectFrom('camera').select(['id', 'archive_folder']).execute();
  const found = [];
  for (const { id, archive_folder: folder } of cameras) {
    const rows = await trx
      .selectFrom('clip')
      .select(['id', 'name', ...learnedFrom])
      .where('camera_id', '=', id)
      .where(among('name', names))
      .where('size_bytes', 'is not', null)
      .execute();
    for (const row of rows) found.push({ ...row, folder });
  }
  return found;
}

const keyOf = (camera: string, name: string, bytes: number) => `${camera}/${name.toUpperCase()}/${bytes}`;
