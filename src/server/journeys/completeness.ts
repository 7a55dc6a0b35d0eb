import { sql } from 'kysely';
import type { Completeness } from '../../shared/journeys.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';

const nothing: Completeness = { captures: 0, archived: 0, waiting: 0, lost: 0, gone: 0 };
const levels = [null, 'archived', 'gone', 'lost', 'waiting'] as const;

/** What is most to be told of a capture's clips: one still to come, one lost, one deleted here, all in the archive. */
const level = sql<number>`max(case
  when clip.state in ('waiting', 'held', 'transferring', 'failed') then 4
  when clip.state = 'lost' then 3
  when clip.state in ('expired', 'deleted', 'missing') then 2
  when clip.state = 'archived' or clip.state_reason = 'duplicate' then 1
  else 0 end)`;

/** Of journeys or of stops, by id; by index, in proportion to their captures. */
export async function completenessOf(
  db: Db,
  column: 'journey_id' | 'stop_id',
  ids: readonly number[],
): Promise<(id: number) => Completeness> {
  const found = new Map<number, Completeness>();
  if (ids.length > 0) {
    const rows = await db
      .selectFrom((eb) =>
        eb
          .selectFrom('capture')
          .innerJoin('clip', 'clip.capture_id', 'capture.id')
          .where(among(`capture.${column}`, ids))
          // Photos that nobody wants are no footage.
          .where('clip.state', '!=', 'listed')
          .select([sql<number>`${sql.ref(`capture.${column}`)}`.as('span_id'), level.as('level')])
          .groupBy('capture.id')
          .as('judged'),
      )
      .select(['span_id', 'level', (eb) => eb.fn.countAll<number>().as('count')])
      .groupBy(['span_id', 'level'])
      .execute();
    for (const { span_id, level: index, count } of rows) {
      const of = found.get(span_id) ?? { ...nothing };
      const key = levels[index] ?? null;
      of.captures += count;
      if (key) of[key] += count;
      found.set(span_id, of);
    }
  }
  return (id) => found.get(id) ?? nothing;
}
