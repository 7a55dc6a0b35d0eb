import { sql } from 'kysely';
import type { ClipState } from '../../shared/clips.ts';
import type { ClipSelection } from '../../shared/queue.ts';
import type { Db } from '../db/open.ts';

const hourMs = 60 * 60_000;
/** A clip dated further ahead tells of a wrong clock; it is not of the last hours. */
const futureMs = 24 * hourMs;

/** Written out, as the partial index `clip_wanted` has them: bound values would not match. */
const wantedStates = (['waiting', 'held', 'transferring', 'failed'] satisfies ClipState[]).map((state) =>
  sql.lit(state),
);

/**
 * The clips a person means, whatever their state; those named, in the order given. Cost: the clips of the day, or what
 * is wanted and what the cameras hold; never the archive.
 */
export async function selectedIds(db: Db, selection: ClipSelection, now: number): Promise<number[]> {
  if ('clipIds' in selection) return [...new Set(selection.clipIds)];
  const cameraIds = selection.cameraId === undefined ? await allCameras(db) : [selection.cameraId];
  if ('day' in selection) return idsOfDay(db, selection.day, cameraIds);
  if ('lastHours' in selection) {
    const span = { from: now - selection.lastHours * hourMs, to: now + futureMs };
    return idsOfSpan(db, span, cameraIds);
  }
  return idsOfSpan(db, selection, cameraIds);
}

async function allCameras(db: Db): Promise<number[]> {
  const rows = await db.selectFrom('camera').select('id').execute();
  return rows.map((row) => row.id);
}

async function idsOfDay(db: Db, day: string, cameraIds: number[]): Promise<number[]> {
  const rows = await db
    .selectFrom('clip')
    .select('id')
    .where('camera_id', 'in', cameraIds)
    .where('local_day', '=', day)
    .execute();
  return rows.map((row) => row.id);
}

/** Clips that begin within the span, both ends included. */
async function idsOfSpan(
  db: Db,
  { from, to }: { from: number; to: number },
  cameraIds: number[],
): Promise<number[]> {
  const inSpan = () =>
    db
      .selectFrom('clip')
      .select('id')
      .where('camera_id', 'in', cameraIds)
      .where('started_at', '>=', from)
      .where('started_at', '<=', to);
  const wanted = await inSpan().where('state', 'in', wantedStates).execute();
  const present = await inSpan()
    .where('remote_gone_at', 'is', null)
    .where('remote_seen_at', 'is not', null)
    .execute();
  return [...new Set([...wanted, ...present].map((row) => row.id))];
}

/** The failed clips of all cameras. */
export async function failedIds(db: Db): Promise<number[]> {
  const rows = await db
    .selectFrom('clip')
    .select('id')
    .where('state', 'in', wantedStates)
    .where('state', '=', 'failed')
    .execute();
  return rows.map((row) => row.id);
}

/** The first and the last rank among what is wanted; 0 on a side where nobody has chosen. */
export async function rankRange(db: Db): Promise<{ lowest: number; highest: number }> {
  const { lowest, highest } = await db
    .selectFrom('clip')
    .select((eb) => [eb.fn.min('rank').as('lowest'), eb.fn.max('rank').as('highest')])
    .where('state', 'in', wantedStates)
    .executeTakeFirstOrThrow();
  return { lowest: Math.min(lowest ?? 0, 0), highest: Math.max(highest ?? 0, 0) };
}

/** Skipped clips that are still on the card, newest first, by ids. */
export async function skippedIds(
  db: Db,
  page: { cameraIds: number[]; limit: number; offset: number },
): Promise<{ ids: number[]; total: number }> {
  const skipped = db
    .selectFrom('clip')
    .where('state', '=', sql.lit('skipped'))
    .where('remote_gone_at', 'is', null)
    .where('remote_path', 'is not', null)
    .where('camera_id', 'in', page.cameraIds);
  const { total } = await skipped
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const rows = await skipped
    .select('id')
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { ids: rows.map((row) => row.id), total };
}
