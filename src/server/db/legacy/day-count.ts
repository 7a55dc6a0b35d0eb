import { sql } from 'kysely';
import { compiler } from '../compiler.ts';
import { run, type Sqlite } from './statements.ts';

/**
 * Counts the days of all clips, into a table that has none. The same counts as `rebuildDays` of
 * archive/day-repository.ts, which this folder may not import; a test holds the two together.
 */
export function countDays(sqlite: Sqlite): void {
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

const ones = (condition: string) => sql<number>`sum(${sql.raw(condition)})`;

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
