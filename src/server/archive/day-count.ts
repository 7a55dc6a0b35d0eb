import { among, mergeRows } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { NewClipRow } from '../db/schema.ts';
import { countClips, type CountRows } from './day-count-plan.ts';

/**
 * Counts those days of newly archived clips of which the ledger had nothing before, out of the clips themselves: the
 * same rows as `refreshDays` makes, for a tenth of its work. In the transaction that inserted them. Returns the days.
 */
export async function countNewDays(
  db: Db,
  cameraId: number,
  clips: readonly NewClipRow[],
): Promise<Set<string>> {
  const days = [...new Set(clips.map((clip) => clip.local_day))];
  const known = await db
    .selectFrom('day')
    .select('local_day')
    .where('camera_id', '=', cameraId)
    .where(among('local_day', days))
    .execute();
  const old = new Set(known.map((row) => row.local_day));
  const {
    days: counted,
    channels,
    usage,
  } = countClips(
    cameraId,
    clips.filter((clip) => !old.has(clip.local_day)),
  );
  await addCounts(db, cameraId, { days: counted, channels, usage });
  return new Set(counted.map((day) => day.local_day));
}

/**
 * Adds what newly archived clips come to, whose captures are new as well: what was counted of their days stays. In the
 * transaction that inserts them.
 */
export async function addCounts(db: Db, cameraId: number, counts: CountRows): Promise<void> {
  const of = <Row extends { camera_id: number }>(rows: readonly Row[]) =>
    rows.map((row) => ({ ...row, camera_id: cameraId }));
  await mergeRows(db, 'day', mergedDays, of(counts.days));
  await mergeRows(db, 'day_channel', mergedChannels, of(counts.channels));
  await mergeRows(db, 'day_usage', mergedUsage, of(counts.usage));
}

const mergedDays = {
  key: ['local_day', 'camera_id'],
  sums: ['captures', 'archived', 'wanted', 'lost', 'locked', 'parking', 'archived_bytes'],
  least: ['first_local_start'],
  most: ['last_local_start'],
} as const;

const mergedChannels = {
  key: ['local_day', 'camera_id', 'channel'],
  sums: ['archived', 'waiting', 'held', 'failed', 'skipped', 'lost', 'gone', 'listed', 'captures'],
} as const;

const mergedUsage = {
  key: ['local_day', 'camera_id', 'kind', 'channel'],
  sums: ['clips', 'bytes', 'kept_clips', 'kept_bytes', 'locked_clips', 'locked_bytes'],
} as const;
