import { sql, type RawBuilder } from 'kysely';
import type { Day } from '../../shared/clips.ts';
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
    await insertCounts(db, (clips) => clips.where('camera_id', '=', cameraId).where('local_day', 'in', some));
    await insertChannelCounts(db, (clips) =>
      clips.where('camera_id', '=', cameraId).where('local_day', 'in', some),
    );
    await insertUsage(db, (clips) => clips.where('camera_id', '=', cameraId).where('local_day', 'in', some));
  }
}

/** Recounts everything; for the start after a doubt and for tests. */
export async function rebuildDays(db: Db): Promise<void> {
  for (const table of countTables) await db.deleteFrom(table).execute();
  await insertCounts(db, (clips) => clips);
  await insertChannelCounts(db, (clips) => clips);
  await insertUsage(db, (clips) => clips);
}

type CountQuery = ReturnType<typeof countQuery>;
type ChannelQuery = ReturnType<typeof channelQuery>;
type UsageQuery = ReturnType<typeof usageQuery>;

async function insertCounts(db: Db, narrow: (clips: CountQuery) => CountQuery): Promise<void> {
  await db
    .insertInto('day')
    .columns([
      'local_day',
      'camera_id',
      'captures',
      'archived',
      'wanted',
      'lost',
      'locked',
      'parking',
      'archived_bytes',
      'first_local_start',
      'last_local_start',
    ])
    .expression(narrow(countQuery(db)))
    .execute();
}

const count = (condition: RawBuilder<boolean>) => sql<number>`sum(case when ${condition} then 1 else 0 end)`;

function countQuery(db: Db) {
  return db
    .selectFrom('clip')
    .select((eb) => [
      'local_day',
      'camera_id',
      eb.fn.count<number>('capture_id').distinct().as('captures'),
      count(sql<boolean>`state = 'archived'`).as('archived'),
      count(sql<boolean>`state in ('waiting', 'held', 'transferring', 'failed')`).as('wanted'),
      count(sql<boolean>`state = 'lost'`).as('lost'),
      count(sql<boolean>`locked = 1`).as('locked'),
      count(sql<boolean>`kind = 'parking'`).as('parking'),
      sql<number>`sum(case when state = 'archived' then coalesce(size_bytes, 0) else 0 end)`.as(
        'archived_bytes',
      ),
      eb.fn.min('local_start').as('first_local_start'),
      eb.fn.max('local_start').as('last_local_start'),
    ])
    .groupBy(['camera_id', 'local_day']);
}

async function insertChannelCounts(db: Db, narrow: (clips: ChannelQuery) => ChannelQuery): Promise<void> {
  await db
    .insertInto('day_channel')
    .columns([
      'local_day',
      'camera_id',
      'channel',
      'archived',
      'waiting',
      'held',
      'failed',
      'skipped',
      'lost',
      'gone',
      'listed',
      'captures',
    ])
    .expression(narrow(channelQuery(db)))
    .execute();
}

/** Of videos alone: a photo says nothing of what a channel recorded. */
function channelQuery(db: Db) {
  return db
    .selectFrom('clip')
    .select((eb) => [
      'local_day',
      'camera_id',
      'channel',
      count(sql<boolean>`state = 'archived'`).as('archived'),
      count(sql<boolean>`state in ('waiting', 'transferring')`).as('waiting'),
      count(sql<boolean>`state = 'held'`).as('held'),
      count(sql<boolean>`state = 'failed'`).as('failed'),
      count(sql<boolean>`state = 'skipped'`).as('skipped'),
      count(sql<boolean>`state = 'lost'`).as('lost'),
      count(sql<boolean>`state in ('expired', 'deleted', 'missing')`).as('gone'),
      count(sql<boolean>`state = 'listed'`).as('listed'),
      eb.fn.count<number>('capture_id').distinct().as('captures'),
    ])
    .where('container', '!=', 'jpg')
    .groupBy(['camera_id', 'local_day', 'channel']);
}

async function insertUsage(db: Db, narrow: (clips: UsageQuery) => UsageQuery): Promise<void> {
  await db
    .insertInto('day_usage')
    .columns([
      'local_day',
      'camera_id',
      'kind',
      'channel',
      'clips',
      'bytes',
      'kept_clips',
      'kept_bytes',
      'locked_clips',
      'locked_bytes',
    ])
    .expression(narrow(usageQuery(db)))
    .execute();
}

const bytesWhere = (condition: RawBuilder<boolean>) =>
  sql<number>`sum(case when ${condition} then coalesce(size_bytes, 0) else 0 end)`;

/** Of what lies in the archive alone. A locked clip that is kept too counts as kept. */
function usageQuery(db: Db) {
  const isKept = sql<boolean>`kept = 1`;
  const isLocked = sql<boolean>`kept = 0 and locked = 1`;
  return db
    .selectFrom('clip')
    .select([
      'local_day',
      'camera_id',
      'kind',
      'channel',
      sql<number>`count(*)`.as('clips'),
      sql<number>`sum(coalesce(size_bytes, 0))`.as('bytes'),
      count(isKept).as('kept_clips'),
      bytesWhere(isKept).as('kept_bytes'),
      count(isLocked).as('locked_clips'),
      bytesWhere(isLocked).as('locked_bytes'),
    ])
    .where('state', '=', 'archived')
    .groupBy(['camera_id', 'local_day', 'kind', 'channel']);
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
