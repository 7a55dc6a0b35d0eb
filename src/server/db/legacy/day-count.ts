import { sql } from 'kysely';
import { compiler } from '../compiler.ts';
import { run, type Sqlite } from './statements.ts';

/**
 * Counts the days of all clips, their channels and what they take, into tables that have none. The same counts as `rebuildDays` of
 * archive/day-repository.ts, which this folder may not import; a test holds the two together.
 */
export function countDays(sqlite: Sqlite): void {
  countWholeDays(sqlite);
  countChannels(sqlite);
  countUsage(sqlite);
}

function countWholeDays(sqlite: Sqlite): void {
  const counts = compiler
    .selectFrom('clip')
    .select((eb) => [
      'local_day',
      'camera_id',
      eb.fn.count<number>('capture_id').distinct().as('captures'),
      ones("state = 'archived'").as('archived'),
      ones("state in ('waiting', 'held', 'transferring', 'failed')").as('wanted'),
      ones("state = 'lost'").as('lost'),
      ones('locked = 1').as('locked'),
      ones("kind = 'parking'").as('parking'),
      sql<number>`sum(case when state = 'archived' then coalesce(size_bytes, 0) else 0 end)`.as(
        'archived_bytes',
      ),
      eb.fn.min('local_start').as('first_local_start'),
      eb.fn.max('local_start').as('last_local_start'),
    ])
    .groupBy(['camera_id', 'local_day']);
  run(sqlite, compiler.insertInto('day').columns(dayColumns).expression(counts).compile());
}

function countChannels(sqlite: Sqlite): void {
  const counts = compiler
    .selectFrom('clip')
    .select((eb) => [
      'local_day',
      'camera_id',
      'channel',
      ones("state = 'archived'").as('archived'),
      ones("state in ('waiting', 'transferring')").as('waiting'),
      ones("state = 'held'").as('held'),
      ones("state = 'failed'").as('failed'),
      ones("state = 'skipped'").as('skipped'),
      ones("state = 'lost'").as('lost'),
      ones("state in ('expired', 'deleted', 'missing')").as('gone'),
      ones("state = 'listed'").as('listed'),
      eb.fn.count<number>('capture_id').distinct().as('captures'),
    ])
    .where('container', '!=', sql.lit('jpg'))
    .groupBy(['camera_id', 'local_day', 'channel']);
  run(sqlite, compiler.insertInto('day_channel').columns(channelColumns).expression(counts).compile());
}

function countUsage(sqlite: Sqlite): void {
  const isLocked = 'kept = 0 and locked = 1';
  const counts = compiler
    .selectFrom('clip')
    .select([
      'local_day',
      'camera_id',
      'kind',
      'channel',
      sql<number>`count(*)`.as('clips'),
      bytesWhere('true').as('bytes'),
      ones('kept = 1').as('kept_clips'),
      bytesWhere('kept = 1').as('kept_bytes'),
      ones(isLocked).as('locked_clips'),
      bytesWhere(isLocked).as('locked_bytes'),
    ])
    .where('state', '=', sql.lit('archived'))
    .groupBy(['camera_id', 'local_day', 'kind', 'channel']);
  run(sqlite, compiler.insertInto('day_usage').columns(usageColumns).expression(counts).compile());
}

const ones = (condition: string) => sql<number>`sum(${sql.raw(condition)})`;

const bytesWhere = (condition: string) =>
  sql<number>`sum(case when ${sql.raw(condition)} then coalesce(size_bytes, 0) else 0 end)`;

const dayColumns = [
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
] as const;

const channelColumns = [
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
] as const;

const usageColumns = [
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
] as const;
