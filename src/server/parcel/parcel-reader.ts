import { lstat } from 'node:fs/promises';
import { sql, type SqlBool } from 'kysely';
import { among, insertRows } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import { errnoOf } from '../lib/errors.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { ParcelClip } from './parcel-plan.ts';

export type ParcelVolume = Pick<ArchiveVolume, 'run' | 'pathOf' | 'status' | 'lookIfAway'>;

/** A clip whose file is there. */
export interface PresentClip extends ParcelClip {
  path: string;
  sizeBytes: number;
}

const rowsAtOnce = 1000;
const filesAtOnce = 50;

/** Holders of a program that ended in between. */
export const holderPrefix = 'parcel:';

const stateWords: Readonly<Record<string, string>> = {
  listed: 'still on the card, and not wanted',
  waiting: 'still on the card',
  held: 'still on the card',
  failed: 'still on the card',
  transferring: 'just being fetched',
  skipped: 'left on the card',
  lost: 'overwritten by the camera',
  expired: 'deleted by a retention rule',
  deleted: 'deleted',
  missing: 'its file is gone from the archive',
};

/**
 * Chosen clips as the ledger has them; those in the archive are held from the same transaction on, so that no rule
 * deletes them. A thousand a transaction.
 */
export async function holdClips(
  db: Database,
  clipIds: readonly number[],
  holder: string,
): Promise<ParcelClip[]> {
  const found: ParcelClip[] = [];
  for (const ids of chunks([...new Set(clipIds)], rowsAtOnce)) {
    const clips = await db.transaction().execute(async (trx) => {
      const some = await clipsOf(trx, ids);
      const held = some.filter(({ absent }) => absent === null);
      await insertRows(
        trx,
        'clip_use',
        ['clip_id', 'holder'],
        held.map(({ id }) => ({ clip_id: id, holder })),
      );
      return some;
    });
    found.push(...clips);
  }
  return found;
}

/** Lets go of what was held. */
export async function releaseClips(db: Database, holder: string): Promise<void> {
  await db.deleteFrom('clip_use').where('holder', '=', holder).execute();
}

/** What a program held that ended in between. */
export async function releaseAll(db: Database): Promise<void> {
  await db
    .deleteFrom('clip_use')
    .where('holder', '>=', holderPrefix)
    .where('holder', '<', `${holderPrefix}~`)
    .execute();
}

async function clipsOf(db: Db, ids: readonly number[]): Promise<ParcelClip[]> {
  const rows = await db
    .selectFrom('clip')
    .innerJoin('camera', 'camera.id', 'clip.camera_id')
    .select(['clip.id', 'clip.name', 'clip.path', 'camera.name as camera', 'clip.local_day as day'])
    .select(['clip.started_at', 'clip.zone_offset_min', 'clip.state'])
    .select(
      sql<SqlBool>`exists (select 1 from removal where removal.clip_id = clip.id and removal.error is null)`.as(
        'is_going',
      ),
    )
    .where(among('clip.id', ids))
    .execute();
  return rows.map(({ started_at, zone_offset_min, state, is_going, ...clip }) => ({
    ...clip,
    wallMs: started_at + zone_offset_min * 60_000,
    absent: absentOf(state, Boolean(is_going)),
  }));
}

function absentOf(state: string, isGoing: boolean): string | null {
  if (state !== 'archived') return stateWords[state] ?? 'not in the archive';
  return isGoing ? 'just being deleted' : null;
}

/** Which files are there, and how long they are now; a few a call on the volume. Throws what the volume says. */
export async function measureFiles(
  volume: ParcelVolume,
  clips: readonly ParcelClip[],
  signal: AbortSignal,
): Promise<{ present: PresentClip[]; absent: ParcelClip[] }> {
  const present: PresentClip[] = [];
  const absent = clips.filter((clip) => clip.absent !== null);
  const wanted = clips.flatMap((clip) =>
    clip.absent === null && clip.path !== null ? [{ ...clip, path: clip.path }] : [],
  );
  for (const some of chunks(wanted, filesAtOnce)) {
    signal.throwIfAborted();
    const sizes = await volume.run('looking at files', () => sizesOf(volume, some));
    for (const [index, clip] of some.entries()) {
      const sizeBytes = sizes[index] ?? null;
      if (sizeBytes === null) absent.push({ ...clip, absent: 'its file was not found in the archive' });
      else present.push({ ...clip, sizeBytes });
    }
  }
  return { present, absent };
}

async function sizesOf(volume: ParcelVolume, clips: readonly { path: string }[]): Promise<(number | null)[]> {
  const sizes: (number | null)[] = [];
  // One after the other: many at once would take all threads of the process.
  for (const { path } of clips)
    try {
      const entry = await lstat(volume.pathOf(path));
      sizes.push(entry.isFile() ? entry.size : null);
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw error;
      sizes.push(null);
    }
  return sizes;
}

/** Where a clip's file is now: it may have been moved into another layout meanwhile. */
export async function pathNow(db: Database, id: number): Promise<string | null> {
  const row = await db.selectFrom('clip').select(['path', 'state']).where('id', '=', id).executeTakeFirst();
  return row?.state === 'archived' ? row.path : null;
}
