import { sql, type RawBuilder } from 'kysely';
import type { Db } from './open.ts';

/** Days of one camera; left out, all days of all cameras. */
export interface CountedDays {
  cameraId: number;
  days: readonly string[];
}

/**
 * The statements that count clips into the three tables of counts, which have no rows of these days: run by whoever
 * builds them, on a database or on a file that is only just becoming one.
 */
export function countDays(db: Db, of?: CountedDays) {
  return [countWholeDays(db, of), countChannels(db, of), countUsage(db, of)] as const;
}

const clipsOf = (db: Db, of: CountedDays | undefined) =>
  db
    .selectFrom('clip')
    .$if(of !== undefined, (clips) =>
      clips.where('camera_id', '=', of?.cameraId ?? 0).where('local_day', 'in', [...(of?.days ?? [])]),
    );

const count = (condition: RawBuilder<boolean>) => sql<number>`sum(case when ${condition} then 1 else 0 end)`;

const bytesWhere = (condition: RawBuilder<boolean>) =>
  sql<number>`sum(case when ${condition} then coalesce(size_bytes, 0) else 0 end)`;

function countWholeDays(db: Db, of: CountedDays | undefined) {
  const counts = clipsOf(db, of)
    .select((eb) => [
      'local_day',
      'camera_id',
      eb.fn.count<number>('capture_id').distinct().as('captures'),
      count(sql<boolean>`state = 'archived'`).as('archived'),
      count(sql<boolean>`state in ('waiting', 'held', 'transferring', 'failed')`).as('wanted'),
      count(sql<boolean>`state = 'lost'`).as('lost'),
      count(sql<boolean>`locked = 1`).as('locked'),
      count(sql<boolean>`kind = 'parking'`).as('parking'),
      bytesWhere(sql<boolean>`state = 'archived'`).as('archived_bytes'),
      eb.fn.min('local_start').as('first_local_start'),
      eb.fn.max('local_start').as('last_local_start'),
    ])
    .groupBy(['camera_id', 'local_day']);
  return db
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
    .expression(counts);
}

/** Of videos alone: a photo says nothing of what a channel recorded. */
function countChannels(db: Db, of: CountedDays | undefined) {
  const counts = clipsOf(db, of)
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
  return db
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
    .expression(counts);
}

/** Of what lies in the archive alone. A locked clip that is kept too counts as kept. */
function countUsage(db: Db, of: CountedDays | undefined) {
  const isKept = sql<boolean>`kept = 1`;
  const isLocked = sql<boolean>`kept = 0 and locked = 1`;
  const counts = clipsOf(db, of)
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
  return db
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
    .expression(counts);
}
