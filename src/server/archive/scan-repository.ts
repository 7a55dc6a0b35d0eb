import { sql, type SqlBool } from 'kysely';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { CameraRow, ClipRow } from '../db/schema.ts';
import { chunks } from '../lib/chunks.ts';
import type { KnownClip } from './scan-plan.ts';

const valuesPerStatement = 5000;

const knownColumns = [
  'id',
  'camera_id',
  'name',
  'generation',
  'state',
  'path',
  'size_bytes',
  'mtime_ms',
  'remote_size_bytes',
  'remote_size_exact',
  'remote_path',
  'kept',
  'kept_at',
  'locked',
  'note',
  'tags',
  'time_source',
  'state_at',
] as const satisfies readonly (keyof ClipRow)[];
/** What of a row a found file is compared with. */
export type KnownColumn = (typeof knownColumns)[number];

/** A clip belongs to a camera; before there is one, to one whose address is still to be told. By id. */
export async function scanCameras(trx: Db, now: number): Promise<CameraRow[]> {
  const known = await trx.selectFrom('camera').selectAll().orderBy('id').execute();
  if (known.length > 0) return known;
  const made = await trx
    .insertInto('camera')
    .values({ name: 'Dashcam', address: '', archive_folder: '', enabled: 0, created_at: now })
    .returningAll()
    .executeTakeFirstOrThrow();
  return [made];
}

/** Those of the paths at which the ledger has an archived clip. */
export async function archivedPaths(db: Db, paths: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const some of chunks(paths, valuesPerStatement)) {
    const rows = await db
      .selectFrom('clip')
      .select('path')
      .where(among('path', some))
      .where('state', '=', 'archived')
      .execute();
    for (const { path } of rows) if (path !== null) found.add(path);
  }
  return found;
}

/** Whether the ledger has any clip in the archive. */
export async function hasArchived(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('clip')
    .select('id')
    .where('path', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** What the ledger has in folders: names of clips, and of folders in which it has some. */
export interface LedgerFolder {
  clips: Set<string>;
  folders: Set<string>;
}

/** Greater than any path. */
const afterAllPaths = '\u{10FFFF}';

/**
 * For each folder (empty for the archive's root) what the ledger has directly in it. Cost: an index look-up for each
 * such clip and folder; what lies deeper is leapt over.
 */
export async function ledgerIn(db: Db, folders: readonly string[]): Promise<Map<string, LedgerFolder>> {
  const found = new Map<string, LedgerFolder>(
    folders.map((path) => [path, { clips: new Set(), folders: new Set() }]),
  );
  const spans = folders.map((path) => [
    path,
    ...(path === '' ? ['', afterAllPaths] : [`${path}/`, `${path}0`]),
  ]);
  const { rows } = await sql<{ folder: string; entry: string }>`
    with recursive entry (folder, prefix, beyond, path) as (
      select value ->> 0, value ->> 1, value ->> 2,
        (select c.path from clip c where c.path >= value ->> 1 and c.path < value ->> 2 order by c.path limit 1)
      from jsonb_each(${JSON.stringify(spans)})
      union all
      select folder, prefix, beyond,
        case instr(substr(path, length(prefix) + 1), '/')
          when 0 then
            (select c.path from clip c where c.path > entry.path and c.path < beyond order by c.path limit 1)
          else
            (select c.path from clip c
              where c.path >= prefix || substr(entry.path, length(prefix) + 1,
                  instr(substr(entry.path, length(prefix) + 1), '/') - 1) || '0'
                and c.path < beyond
              order by c.path limit 1)
        end
      from entry where path is not null
    )
    select folder, substr(path, length(prefix) + 1) as entry from entry where path is not null`.execute(db);
  for (const { folder, entry } of rows) {
    const slash = entry.indexOf('/');
    if (slash === -1) found.get(folder)?.clips.add(entry);
    else found.get(folder)?.folders.add(entry.slice(0, slash));
  }
  return found;
}

/** Paths of the ledger in a folder and in those in it, in order, after one of them. */
export async function pathsBelow(
  db: Db,
  folder: string,
  page: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('clip')
    .select('path')
    .where('path', '>', page.after ?? `${folder}/`)
    .where('path', '<', `${folder}0`)
    .orderBy('path')
    .limit(page.limit)
    .execute();
  return rows.flatMap(({ path }) => (path === null ? [] : [path]));
}

const vanishedColumns = [
  'id',
  'camera_id',
  'name',
  'path',
  'size_bytes',
  'mtime_ms',
  'container',
  'sha256',
] as const;

/** An archived clip whose file was not seen. */
export type UnseenClip = Pick<ClipRow, (typeof vanishedColumns)[number]> & { path: string };

/** Archived clips at these paths, but those that are just being deleted, restored or moved. */
export async function archivedAt(db: Db, paths: readonly string[]): Promise<UnseenClip[]> {
  const found: UnseenClip[] = [];
  for (const some of chunks(paths, valuesPerStatement)) {
    const rows = await db
      .selectFrom('clip')
      .select(vanishedColumns)
      .where(among('path', some))
      .where('state', '=', 'archived')
      .where((eb) => eb('id', 'not in', eb.selectFrom('removal').select('clip_id')))
      .where((eb) => eb('id', 'not in', eb.selectFrom('refile').select('clip_id')))
      .execute();
    for (const row of rows) if (row.path !== null) found.push({ ...row, path: row.path });
  }
  return found;
}

/** Size and time of last write of archived clips, as the ledger has them. */
export async function bytesAt(
  db: Db,
  paths: readonly string[],
): Promise<Map<string, { id: number; sizeBytes: number | null; mtimeMs: number | null }>> {
  const found = new Map<string, { id: number; sizeBytes: number | null; mtimeMs: number | null }>();
  for (const some of chunks(paths, valuesPerStatement)) {
    const rows = await db
      .selectFrom('clip')
      .select(['id', 'path', 'size_bytes', 'mtime_ms'])
      .where(among('path', some))
      .where('state', '=', 'archived')
      .execute();
    for (const { id, path, size_bytes, mtime_ms } of rows)
      if (path !== null) found.set(path, { id, sizeBytes: size_bytes, mtimeMs: mtime_ms });
  }
  return found;
}

/** Every row of these names, of all cameras, or at these paths. */
export async function rowsOf(
  db: Db,
  { names, paths }: { names: readonly string[]; paths: readonly string[] },
): Promise<KnownClip[]> {
  const cameras = await db.selectFrom('camera').select('id').execute();
  const rows = new Map<number, KnownClip>();
  const clips = () => db.selectFrom('clip').select(knownColumns);
  for (const some of chunks(names, valuesPerStatement)) {
    // Camera by camera: the index begins with the camera.
    for (const { id } of cameras) {
      const named = await clips().where('camera_id', '=', id).where(among('name', some)).execute();
      for (const row of named) rows.set(row.id, row);
    }
  }
  for (const some of chunks(paths, valuesPerStatement)) {
    for (const row of await clips().where(among('path', some)).execute()) rows.set(row.id, row);
  }
  return [...rows.values()];
}

/** Those of the paths at which an unfinished download, or a clip that is being moved, will be or is already. */
export async function targetsAmong(db: Db, paths: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const some of chunks(paths, valuesPerStatement)) {
    const parts = await db.selectFrom('part').select('path').where(among('path', some)).execute();
    for (const { path } of parts) found.add(path);
    const moves = await db.selectFrom('refile').select('to_path').where(among('to_path', some)).execute();
    for (const { to_path } of moves) found.add(to_path);
  }
  return found;
}

/** As the partial index `clip_sidecar_due` has it: a bound value would not match. */
const isDue = sql<SqlBool>`sidecar_due = 1`;

/** Clips whose sidecar is to be written, in the order of their ids. */
export async function sidecarsDue(db: Db, afterId: number, limit: number): Promise<ClipRow[]> {
  return (
    db
      .selectFrom('clip')
      .selectAll()
      .where(isDue)
      .where('id', '>', afterId)
      // Its file is about to move: what is written beside it now would stay behind.
      .where((eb) =>
        eb('id', 'not in', eb.selectFrom('removal').select('clip_id').where('error', 'is', null)),
      )
      .where((eb) => eb('id', 'not in', eb.selectFrom('refile').select('clip_id')))
      .orderBy('id')
      .limit(limit)
      .execute()
  );
}
