import { sql, type SqlBool } from 'kysely';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import { chunks } from '../lib/chunks.ts';
import type { KnownClip } from './scan-plan.ts';

const valuesPerStatement = 1000;

const knownColumns = [
  'id',
  'camera_id',
  'name',
  'generation',
  'state',
  'path',
  'size_bytes',
  'remote_size_bytes',
  'remote_size_exact',
  'remote_path',
  'kept',
  'kept_at',
  'locked',
  'note',
  'time_source',
  'state_at',
] as const satisfies readonly (keyof ClipRow)[];

/** Those of the paths at which the ledger has an archived clip. */
export async function archivedPaths(db: Db, paths: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const some of chunks(paths, valuesPerStatement)) {
    const rows = await db
      .selectFrom('clip')
      .select('path')
      .where('path', 'in', some)
      .where('state', '=', 'archived')
      .execute();
    for (const { path } of rows) if (path !== null) found.add(path);
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
      const named = await clips().where('camera_id', '=', id).where('name', 'in', some).execute();
      for (const row of named) rows.set(row.id, row);
    }
  }
  for (const some of chunks(paths, valuesPerStatement)) {
    for (const row of await clips().where('path', 'in', some).execute()) rows.set(row.id, row);
  }
  return [...rows.values()];
}

/** Those of the paths at which an unfinished download will be. */
export async function targetsAmong(db: Db, paths: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const some of chunks(paths, valuesPerStatement)) {
    const parts = await db.selectFrom('part').select('path').where('path', 'in', some).execute();
    for (const { path } of parts) found.add(path);
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
      .orderBy('id')
      .limit(limit)
      .execute()
  );
}
