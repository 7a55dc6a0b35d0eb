import { sql } from 'kysely';
import type { ClipKind } from '../../shared/clips.ts';
import { among, updateRows } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { CameraRow, ClipRow, Flag } from '../db/schema.ts';
import { addJourneyDue } from '../db/journey-due.ts';
import { recordedAs } from './place-policy.ts';
import { clipMs } from './capture-repository.ts';
import { placeOfFolder, type FoundFile, type KnownClip, type ScanStep } from './scan-plan.ts';

/** A clip whose file lies elsewhere than the ledger has it. */
export interface ClipMove {
  id: number;
  /** Below the archive root. */
  from: string;
  file: FoundFile;
}

/** The moves of a plan, with where the clips were. */
export function movesOf(
  steps: readonly ScanStep[],
  known: readonly KnownClip[],
  files: readonly FoundFile[],
): ClipMove[] {
  const targets = new Map(
    steps.flatMap((step) => (step.kind === 'move' ? [[step.patch.path, step.id]] : [])),
  );
  if (targets.size === 0) return [];
  const pathOf = new Map(known.map((row) => [row.id, row.path]));
  return files.flatMap((file) => {
    const id = targets.get(file.path);
    const from = typeof id === 'number' ? pathOf.get(id) : null;
    return typeof id === 'number' && from ? [{ id, from, file }] : [];
  });
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/**
 * How a clip that went into a folder of locked ones, or out of one, is locked: as it would be if it were found there.
 * Null for any other, which stays as it is.
 */
export function lockOfMove(
  { from, file }: Pick<ClipMove, 'from' | 'file'>,
  cameras: readonly Pick<CameraRow, 'id' | 'archive_folder'>[],
): Flag | null {
  const [was, is] = [from, file.path].map((path) => placeOfFolder(folderOf(path), { cameras }).locked);
  if (was === is) return null;
  return is || file.sidecar?.locked === true ? 1 : 0;
}

/**
 * What kind a clip is that went into a folder of parking ones, or out of one: as it would be if it were found there.
 * Null for any other, and for one whose own name tells that it is no ordinary recording.
 */
export function kindOfMove(
  { from, file }: Pick<ClipMove, 'from' | 'file'>,
  name: string,
  cameras: readonly Pick<CameraRow, 'id' | 'archive_folder'>[],
): ClipKind | null {
  const [was, is] = [from, file.path].map((path) => placeOfFolder(folderOf(path), { cameras }).parking);
  if (was === is || recordedAs(name).tells?.kind !== 'normal') return null;
  return is ? 'parking' : 'normal';
}

/** What is to be counted anew. */
type Touched = Pick<ClipRow, 'camera_id' | 'local_day' | 'capture_id'>;

/** Follows clips to where their files are, in the caller's transaction; returns those of which more than the place changed. */
export async function followRows(
  trx: Db,
  moves: readonly ClipMove[],
  cameras: readonly Pick<CameraRow, 'id' | 'archive_folder'>[],
): Promise<Touched[]> {
  if (moves.length === 0) return [];
  await makePicturesAnew(trx, moves);
  const rows = moves.map(({ id, file }) => ({
    id,
    path: file.path,
    mtime_ms: file.mtimeMs,
    gpx_sidecar: file.hasGpx ? (1 as const) : (0 as const),
    sidecar_due: 1 as const,
  }));
  await updateRows(trx, 'clip', ['path', 'mtime_ms', 'gpx_sidecar', 'sidecar_due'], rows);
  await writeGpxAnew(
    trx,
    moves.flatMap(({ id, file }) => (file.hasGpx ? [] : [id])),
  );
  const ids = [...(await followLocks(trx, moves, cameras)), ...(await followKinds(trx, moves, cameras))];
  if (ids.length === 0) return [];
  return trx
    .selectFrom('clip')
    .select(['camera_id', 'local_day', 'capture_id'])
    .where(among('id', ids))
    .execute();
}

/** What is made of a clip goes by its time of last write (media/artifact-key.ts): with another it is made anew. */
async function makePicturesAnew(trx: Db, moves: readonly ClipMove[]): Promise<void> {
  const stampOf = new Map(moves.map(({ id, file }) => [id, file.mtimeMs]));
  const known = await trx
    .selectFrom('clip')
    .select(['id', 'mtime_ms'])
    .where(among('id', [...stampOf.keys()]))
    .execute();
  const others = known.filter(({ id, mtime_ms }) => mtime_ms !== stampOf.get(id));
  const rows = others.map(({ id }) => ({ id, media_due: 1 as const }));
  await updateRows(trx, 'clip', ['media_due'], rows);
}

async function followLocks(
  trx: Db,
  moves: readonly ClipMove[],
  cameras: readonly Pick<CameraRow, 'id' | 'archive_folder'>[],
): Promise<number[]> {
  const locks = moves.flatMap((move) => {
    const locked = lockOfMove(move, cameras);
    return locked === null ? [] : [{ id: move.id, locked }];
  });
  await updateRows(trx, 'clip', ['locked'], locks);
  return locks.map(({ id }) => id);
}

async function followKinds(
  trx: Db,
  moves: readonly ClipMove[],
  cameras: readonly Pick<CameraRow, 'id' | 'archive_folder'>[],
): Promise<number[]> {
  const named = await trx
    .selectFrom('clip')
    .select(['id', 'name'])
    .where(
      among(
        'id',
        moves.map(({ id }) => id),
      ),
    )
    .execute();
  const nameOf = new Map(named.map(({ id, name }) => [id, name]));
  const kinds = moves.flatMap((move) => {
    const kind = kindOfMove(move, nameOf.get(move.id) ?? '', cameras);
    return kind === null ? [] : [{ id: move.id, kind }];
  });
  await updateRows(trx, 'clip', ['kind'], kinds);
  const ids = kinds.map(({ id }) => id);
  await followKindsOfCaptures(trx, ids);
  return ids;
}

/** A capture is of the kind that all its clips are of; what is driven and what is parked is then told anew. */
async function followKindsOfCaptures(trx: Db, clipIds: readonly number[]): Promise<void> {
  if (clipIds.length === 0) return;
  const captures = await trx
    .selectFrom('capture')
    .innerJoin('clip', 'clip.capture_id', 'capture.id')
    .select([
      'capture.id',
      'capture.camera_id',
      'capture.started_at',
      sql<ClipKind>`min(clip.kind)`.as('kind'),
    ])
    .where('capture.id', 'in', trx.selectFrom('clip').select('capture_id').where(among('id', clipIds)))
    .groupBy('capture.id')
    .having(sql<boolean>`min(clip.kind) = max(clip.kind)`)
    .execute();
  await updateRows(
    trx,
    'capture',
    ['kind'],
    captures.map(({ id, kind }) => ({ id, kind })),
  );
  for (const { camera_id, started_at } of captures)
    await addJourneyDue(trx, camera_id, [{ from: started_at, to: started_at + clipMs }]);
}

/** The GPX files that we wrote beside these clips are due again, at their new places. */
export async function writeGpxAnew(trx: Db, clipIds: readonly number[]): Promise<void> {
  if (clipIds.length === 0) return;
  await trx
    .updateTable('track')
    .set({ gpx_for: 0 })
    .where(among('clip_id', clipIds))
    .where('gpx_for', 'is not', null)
    .execute();
}
