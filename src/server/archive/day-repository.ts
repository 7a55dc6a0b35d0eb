import { sql } from 'kysely';
import type { Day } from '../../shared/clips.ts';
import { countDays } from '../db/day-counts.ts';
import type { Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';

const daysPerStatement = 500;

/** The tables in which a local day of a camera is counted. */
const countTables = ['day', 'day_channel', 'day_usage'] as const;

/**
 * Recounts the cached days of one camera, with their channels and what they take in the archive, from its clips, in the
 * caller's transaction. Cost: the clips of those days, by index; never the archive.
 */
export async function refreshDays(db: Db, cameraId: number, days: string[]): Promise<void> {
  for (const some of chunks(days, daysPerStatement)) {
    for (const table of countTables) {
      await db.deleteFrom(table).where('camera_id', '=', cameraId).where('local_day', 'in', some).execute();
    }
    for (const counting of countDays(db, { cameraId, days: some })) await counting.execute();
  }
}

/** Recounts everything; for the start after a doubt and for tests. */
export async function rebuildDays(db: Db): Promise<void> {
  for (const table of countTables) await db.deleteFrom(table).execute();
  for (const counting of countDays(db)) await counting.execute();
}

const sumOf = (column: string) => sql<number>`sum(${sql.ref(column)})`;

function daysQuery(db: Db) {
  return db
    .selectFrom('day')
    .select([
      'local_day as day',
      sumOf('archived').as('archived'),
      sumOf('wanted').as('wanted'),
      sumOf('lost').as('lost'),
      sumOf('locked').as('locked'),
      sumOf('parking').as('parking'),
      sumOf('archived_bytes').as('archivedBytes'),
      sumOf('captures').as('captures'),
      sql<string>`min(first_local_start)`.as('firstLocalStart'),
      sql<string>`max(last_local_start)`.as('lastLocalStart'),
    ])
    .groupBy('local_day');
}

/** Days over all cameras: newest first, before `before` where it is given; with `after`, the nearest later ones first. */
export async function listDays(
  db: Db,
  options: { before?: string | undefined; after?: string | undefined; limit: number },
): Promise<Day[]> {
  const { before, after, limit } = options;
  return daysQuery(db)
    .$if(before !== undefined, (days) => days.where('local_day', '<', before ?? ''))
    .$if(after !== undefined, (days) => days.where('local_day', '>', after ?? ''))
    .orderBy('local_day', after === undefined ? 'desc' : 'asc')
    .limit(limit)
    .execute();
}

export async function dayOf(db: Db, day: string): Promise<Day | undefined> {
  return daysQuery(db).where('local_day', '=', day).executeTakeFirst();
}

/** Clips and bytes in the archive, from the cached days. */
export async function archiveTotals(db: Db): Promise<{ clips: number; bytes: number }> {
  const row = await db
    .selectFrom('day')
    .select([
      sql<number>`coalesce(sum(archived), 0)`.as('clips'),
      sql<number>`coalesce(sum(archived_bytes), 0)`.as('bytes'),
    ])
    .executeTakeFirstOrThrow();
  return row;
}
