import { sql, type SqlBool } from 'kysely';
import type { RemovalFailure } from '../../shared/retention.ts';
import { among, insertRows } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { RemovalRow } from '../db/schema.ts';
import { doubtCode, dueBeyond } from './removal-policy.ts';

const columns = [
  'clip_id',
  'action',
  'path',
  'trash_path',
  'why',
  'sweep_id',
  'ordered_at',
  'tries',
  'next_at',
  'error',
  'error_code',
] as const satisfies readonly (keyof RemovalRow)[];

/** What is about to happen to files, what hangs and what failed: the journal. */
export class RemovalRepository {
  async byClips(db: Db, clipIds: readonly number[]): Promise<Map<number, RemovalRow>> {
    const rows = await db.selectFrom('removal').selectAll().where(among('clip_id', clipIds)).execute();
    return new Map(rows.map((row) => [row.clip_id, row]));
  }

  /** Writes rows, in place of those that are there for their clips. */
  async put(db: Db, rows: readonly RemovalRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.remove(
      db,
      rows.map((row) => row.clip_id),
    );
    await insertRows(db, 'removal', columns, rows);
  }

  async remove(db: Db, clipIds: readonly number[]): Promise<void> {
    if (clipIds.length === 0) return;
    await db.deleteFrom('removal').where(among('clip_id', clipIds)).execute();
  }

  /** Orders that no rule gave and that are to be carried out now: new ones, and failed ones that are due again. */
  async orders(db: Db, now: number, limit: number): Promise<RemovalRow[]> {
    return (
      db
        .selectFrom('removal')
        .selectAll()
        .where('sweep_id', 'is', null)
        // Where its file is, is only known when the move that was begun is settled.
        .where((eb) => eb('clip_id', 'not in', eb.selectFrom('refile').select('clip_id')))
        .where((eb) => eb.or([eb('error', 'is', null), isDueNow(now)]))
        .limit(limit)
        .execute()
    );
  }

  /** Removals of rules that were begun and of which nothing says what became of them; of doubts those that are due. */
  async unsettled(db: Db, now: number, limit: number): Promise<RemovalRow[]> {
    return db
      .selectFrom('removal')
      .selectAll()
      .where('sweep_id', 'is not', null)
      .where((eb) =>
        eb.or([eb('error', 'is', null), eb.and([eb('error_code', '=', doubtCode), isDueNow(now)])]),
      )
      .limit(limit)
      .execute();
  }

  /** Orders that wait; cost: all rows there are. */
  async countWaiting(db: Db): Promise<number> {
    const row = await db
      .selectFrom('removal')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('sweep_id', 'is', null)
      .where('error', 'is', null)
      .executeTakeFirstOrThrow();
    return row.count;
  }

  /** The first failures, oldest order first, and how many there are; by index. */
  async failures(db: Db, limit: number): Promise<{ count: number; items: RemovalFailure[] }> {
    const { count } = await db
      .selectFrom('removal')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('error', 'is not', null)
      .executeTakeFirstOrThrow();
    if (count === 0) return { count, items: [] };
    const rows = await db
      .selectFrom('removal')
      .innerJoin('clip', 'clip.id', 'removal.clip_id')
      .select(['clip_id', 'clip.name', 'removal.path', 'removal.error', 'removal.tries', 'removal.next_at'])
      .where('removal.error', 'is not', null)
      .orderBy('removal.ordered_at')
      .limit(limit)
      .execute();
    const items = rows.map((row) => ({
      clipId: row.clip_id,
      name: row.name,
      path: row.path,
      reason: row.error ?? '',
      tries: row.tries,
      nextAt: row.next_at,
    }));
    return { count, items };
  }

  /** How many have failed, and the reason that most of them have. */
  async commonestFailure(
    db: Db,
  ): Promise<{ count: number; commonest: { code: string; reason: string } | null }> {
    const rows = await db
      .selectFrom('removal')
      .select((eb) => ['error', 'error_code', eb.fn.countAll<number>().as('count')])
      .where('error', 'is not', null)
      .groupBy(['error', 'error_code'])
      .orderBy(sql`count(*)`, 'desc')
      .execute();
    const [most] = rows;
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    return { count, commonest: most ? { code: most.error_code ?? '', reason: most.error ?? '' } : null };
  }

  /** Failures of rules that no plan has tried again since long after they were due: the rules have changed. */
  async forgetAbandoned(db: Db, dueBefore: number): Promise<void> {
    await db
      .deleteFrom('removal')
      .where('error', 'is not', null)
      .where('sweep_id', 'is not', null)
      .where('next_at', '<', dueBefore)
      .where('error_code', '!=', doubtCode)
      .execute();
  }
}

/** What a row of an order that nobody has begun says of itself. */
export const newOrder = (now: number) => ({
  sweep_id: null,
  ordered_at: now,
  tries: 0,
  next_at: null,
  error: null,
  error_code: null,
});

/** As `isDue` has it. */
const isDueNow = (now: number) =>
  sql<SqlBool>`(next_at is null or next_at <= ${now} or next_at > ${dueBeyond(now)})`;
