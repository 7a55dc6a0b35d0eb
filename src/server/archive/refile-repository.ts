import { sql, type SqlBool } from 'kysely';
import { among, insertRows, updateRows } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { RefileRow } from '../db/schema-media.ts';
import { cameraFoldersOf, type PlacedClip } from './refile-plan.ts';
import { encodeSidecar, factsOf } from './sidecar.ts';

const placedColumns = ['id', 'camera_id', 'kind', 'local_start', 'size_bytes', 'path'] as const;
/** As the partial indexes have it: a bound value would not match. */
const isArchived = sql<SqlBool>`state = 'archived'`;

/** Archived clips after this id, in the order of their ids. */
export async function placedAfter(db: Db, afterId: number, limit: number): Promise<PlacedClip[]> {
  const rows = await db
    .selectFrom('clip')
    .select(placedColumns)
    .where('id', '>', afterId)
    .where(isArchived)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, path: row.path ?? '' }));
}

export async function cameraFolders(db: Db): Promise<Map<number, string>> {
  return cameraFoldersOf(await db.selectFrom('camera').select(['id', 'archive_folder']).execute());
}

/** A move as it is written down before its file is touched. */
export type RefileOrder = Pick<RefileRow, 'clip_id' | 'from_path' | 'to_path'>;

/**
 * Writes down those of the moves whose clips are still there, and whose files nobody needs or is about to remove;
 * returns them. Nothing of the others is written.
 */
export async function beginMoves(
  db: Db,
  orders: readonly RefileOrder[],
  now: number,
): Promise<RefileOrder[]> {
  const ids = orders.map((order) => order.clip_id);
  const rows = await db
    .selectFrom('clip')
    .select(['id', 'path'])
    .where(among('id', ids))
    .where(isArchived)
    .execute();
  const pathOf = new Map(rows.map((row) => [row.id, row.path]));
  const busy = new Set([...(await clipsIn(db, 'clip_use', ids)), ...(await clipsIn(db, 'removal', ids))]);
  const parts = await db
    .selectFrom('part')
    .select('path')
    .where(
      among(
        'path',
        orders.map((order) => order.to_path),
      ),
    )
    .execute();
  const awaited = new Set(parts.map((part) => part.path));
  const begun = orders.filter(
    ({ clip_id, from_path, to_path }) =>
      pathOf.get(clip_id) === from_path && !busy.has(clip_id) && !awaited.has(to_path),
  );
  const columns = ['clip_id', 'from_path', 'to_path', 'ordered_at'] as const;
  await insertRows(
    db,
    'refile',
    columns,
    begun.map((order) => ({ ...order, ordered_at: now })),
  );
  return begun;
}

async function clipsIn(db: Db, table: 'clip_use' | 'removal', ids: readonly number[]): Promise<number[]> {
  const rows = await db.selectFrom(table).select('clip_id').where(among('clip_id', ids)).execute();
  return rows.map((row) => row.clip_id);
}

/** Moves that were begun and of which nobody has said what became of them. */
export async function openMoves(db: Db, limit: number): Promise<RefileOrder[]> {
  return db
    .selectFrom('refile')
    .select(['clip_id', 'from_path', 'to_path'])
    .orderBy('clip_id')
    .limit(limit)
    .execute();
}

export interface Settlement {
  /** Their files are at their new places. */
  done: readonly RefileOrder[];
  /** Nothing came of these: their clips are where they were. */
  dropped: readonly RefileOrder[];
}

/**
 * Records what became of moves, and crosses them out. A clip whose file a scan has found meanwhile stays as the scan
 * has it. Returns the clips that are elsewhere now.
 */
export async function settleMoves(db: Db, { done, dropped }: Settlement): Promise<ClipRow[]> {
  const rows = await db
    .selectFrom('clip')
    .selectAll()
    .where(
      among(
        'id',
        done.map((order) => order.clip_id),
      ),
    )
    .where(isArchived)
    .execute();
  const orderOf = new Map(done.map((order) => [order.clip_id, order]));
  const holders = await holdersOf(db, done);
  const moved = rows.filter((row) => {
    const order = orderOf.get(row.id);
    return order !== undefined && row.path === order.from_path && !holders.has(order.to_path);
  });
  await updateRows(
    db,
    'clip',
    ['path', 'sidecar_due'],
    moved.map((row) => movedRow(row, orderOf.get(row.id)?.to_path ?? '')),
  );
  const settled = [...done, ...dropped].map((order) => order.clip_id);
  await db.deleteFrom('refile').where(among('clip_id', settled)).execute();
  return moved;
}

/** Rows of the ledger that have these places already: a scan was quicker. */
async function holdersOf(db: Db, orders: readonly RefileOrder[]): Promise<Set<string>> {
  const paths = orders.map((order) => order.to_path);
  const rows = await db.selectFrom('clip').select('path').where(among('path', paths)).execute();
  return new Set(rows.flatMap((row) => row.path ?? []));
}

/** What its sidecar tells may be another than before: a folder that said so is left behind. */
function movedRow(row: ClipRow, path: string): Pick<ClipRow, 'id' | 'path' | 'sidecar_due'> {
  const [before, after] = [row, { ...row, path }].map((clip) => encodeSidecar(factsOf(clip)));
  return { id: row.id, path, sidecar_due: before === after ? row.sidecar_due : 1 };
}
