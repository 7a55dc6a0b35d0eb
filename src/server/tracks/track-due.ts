import { sql, type SqlBool } from 'kysely';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { TrackRow } from '../db/schema-journeys.ts';

/** As the partial indexes `clip_track_due`, `track_gpx_due` and `clip_track_error` have it: bound values would not match. */
const isDue = sql<SqlBool>`track_due = 1 and state = 'archived'`;
const isGpxDue = sql<SqlBool>`track.gpx_for <> track.started_at`;
const hasFailed = sql<SqlBool>`track_error is not null`;

const dueColumns = [
  'id',
  'path',
  'container',
  'size_bytes',
  'local_start',
  'local_day',
  'started_at',
  'duration_ms',
  'media_duration_ms',
  'gpx_sidecar',
] as const satisfies readonly (keyof ClipRow)[];
export type DueClip = Pick<ClipRow, (typeof dueColumns)[number]>;

/** The newest archived clip whose positions are to be read. */
export async function nextDue(db: Db): Promise<DueClip | undefined> {
  return db
    .selectFrom('clip')
    .select(dueColumns)
    .where(isDue)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** This clip, if its positions are to be read. */
export async function dueById(db: Db, id: number): Promise<DueClip | undefined> {
  return db.selectFrom('clip').select(dueColumns).where('id', '=', id).where(isDue).executeTakeFirst();
}

/** How many clips are still to be read, and how many could not be. */
export async function countDue(db: Db): Promise<{ due: number; failed: number }> {
  const [due, failed] = await Promise.all(
    [isDue, hasFailed].map((which) =>
      db
        .selectFrom('clip')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where(which)
        .executeTakeFirstOrThrow(),
    ),
  );
  return { due: due?.count ?? 0, failed: failed?.count ?? 0 };
}

const settledAtOnce = 1000;

/** Pictures have no positions. Returns how many there were in this stretch. */
export async function settlePictures(db: Db): Promise<number> {
  const some = db
    .selectFrom('clip')
    .select('id')
    .where(isDue)
    .where('container', '=', 'jpg')
    .limit(settledAtOnce);
  const { numUpdatedRows } = await db
    .updateTable('clip')
    .set({ track_due: 0 })
    .where('id', 'in', some)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** What could not be read is due again. Returns how many there were in this stretch. */
export async function retryFailed(db: Db): Promise<number> {
  const some = db.selectFrom('clip').select('id').where(hasFailed).limit(settledAtOnce);
  const { numUpdatedRows } = await db
    .updateTable('clip')
    .set({ track_due: 1, track_error: null })
    .where('id', 'in', some)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/**
 * Clips after this one that another version of the parser read are due again. Returns the last clip looked at, null
 * behind the last.
 */
export async function reviseOld(db: Db, version: number, afterClipId: number): Promise<number | null> {
  const rows = await db
    .selectFrom('track')
    .select(['clip_id', 'version', 'source'])
    .where('clip_id', '>', afterClipId)
    .orderBy('clip_id')
    .limit(settledAtOnce)
    .execute();
  const old = rows.filter((row) => row.version !== version && row.source !== 'triage');
  if (old.length > 0) {
    const ids = old.map((row) => row.clip_id);
    await db.updateTable('clip').set({ track_due: 1 }).where('id', 'in', ids).execute();
  }
  return rows.at(-1)?.clip_id ?? null;
}

export interface DueGpx {
  clip: Pick<ClipRow, 'id' | 'path' | 'state' | 'local_start' | 'duration_ms' | 'media_duration_ms'>;
  track: Pick<TrackRow, 'clip_id' | 'started_at' | 'points' | 'read_at' | 'clock_offset_ms' | 'version'>;
  /** Its file is about to be moved or deleted. */
  isLeaving: boolean;
}

/** The newest tracks whose GPX files are to be written; as many as asked for. */
export async function gpxDue(db: Db, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('track')
    .select('clip_id')
    .where(isGpxDue)
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => row.clip_id);
}

export async function dueGpx(db: Db, clipId: number): Promise<DueGpx | undefined> {
  const row = await db
    .selectFrom('track')
    .innerJoin('clip', 'clip.id', 'track.clip_id')
    .select([
      'clip.id',
      'clip.path',
      'clip.state',
      'clip.local_start',
      'clip.duration_ms',
      'clip.media_duration_ms',
      'track.clip_id',
      'track.started_at',
      'track.points',
      'track.read_at',
      'track.clock_offset_ms',
      'track.version',
    ])
    .where('track.clip_id', '=', clipId)
    .where(isGpxDue)
    .executeTakeFirst();
  if (!row) return undefined;
  const leaving = await db
    .selectFrom('removal')
    .select('clip_id')
    .where('clip_id', '=', clipId)
    .where('error', 'is', null)
    .executeTakeFirst();
  const moving = await db
    .selectFrom('refile')
    .select('clip_id')
    .where('clip_id', '=', clipId)
    .executeTakeFirst();
  return { clip: row, track: row, isLeaving: leaving !== undefined || moving !== undefined };
}
