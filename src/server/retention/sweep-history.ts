import { sql, type Selectable } from 'kysely';
import type { DeletionWhy, Sweep, SweepCause, SweepOutcome } from '../../shared/retention.ts';
import type { Database } from '../db/open.ts';
import type { SweepTable } from '../db/schema.ts';

type SweepRow = Selectable<SweepTable>;

const sweepsKept = 200;
const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** What a sweep came to. */
export interface SweepFigures {
  byAge: number;
  byDisk: number;
  byQuota: number;
  protected: number;
  failed: number;
  missing: number;
  freedBytes: number;
  trashedBytes: number;
}

/**
 * The sweeps that had something to do, newest first; the last 200. Those that make room one after the other are one: each
 * deletes a clip or two.
 */
export class SweepHistory {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** Those that were under way when the program ended are said to have been interrupted, with what they deleted. */
  async recover(now: number): Promise<void> {
    const open = await this.db
      .selectFrom('sweep')
      .select(['id', 'began_at'])
      .where('ended_at', 'is', null)
      .execute();
    for (const { id, began_at } of open) {
      await this.db
        .updateTable('sweep')
        .set({
          ...(await this.recorded(id, began_at)),
          ended_at: now,
          outcome: 'interrupted',
          message: 'The program ended meanwhile.',
        })
        .where('id', '=', id)
        .execute();
    }
  }

  /** What a sweep that was cut short had done, and what is only known now, is told with it. */
  async recount(): Promise<void> {
    const newest = await this.db
      .selectFrom('sweep')
      .select(['id', 'began_at', 'outcome'])
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (newest?.outcome !== 'interrupted' && newest?.outcome !== 'obstacle') return;
    const { id, began_at } = newest;
    await this.db
      .updateTable('sweep')
      .set(await this.recorded(id, began_at))
      .where('id', '=', id)
      .execute();
  }

  /** The figures of a sweep, as the record of deletions has them. */
  private async recorded(id: number, beganAt: number) {
    const gone = await this.deletedBy(id, beganAt);
    const of = (...by: DeletionWhy['by'][]) => gone.filter((row) => by.includes(row.by));
    const sum = (rows: typeof gone, value: 'clips' | 'bytes') =>
      rows.reduce((total, row) => total + row[value], 0);
    const trashed = gone.filter((row) => row.action === 'trashed');
    return {
      by_age: sum(of('age'), 'clips'),
      by_disk: sum(of('disk'), 'clips'),
      by_quota: sum(of('quota', 'room'), 'clips'),
      freed_bytes: sum(gone, 'bytes'),
      trashed_bytes: sum(trashed, 'bytes'),
    };
  }

  /** Costs what was recorded since it began. */
  private deletedBy(id: number, beganAt: number) {
    return this.db
      .selectFrom('audit')
      .select((eb) => [
        'action',
        sql<DeletionWhy['by']>`why ->> '$.by'`.as('by'),
        eb.fn.countAll<number>().as('clips'),
        eb.fn.sum<number>('bytes').as('bytes'),
      ])
      .where('at', '>=', beganAt)
      .where('sweep_id', '=', id)
      .where('action', '!=', 'missing')
      .groupBy(['action', 'by'])
      .execute();
  }

  /** The row of a sweep that begins: for room the newest, when that was for room and ended within the hour. */
  async begin(cause: SweepCause, now: number): Promise<number> {
    const going = cause === 'room' ? await this.reopen(now) : undefined;
    if (going !== undefined) return going;
    const { id } = await this.db
      .insertInto('sweep')
      .values({ cause, began_at: now, ended_at: null, outcome: null, message: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    await this.db
      .deleteFrom('sweep')
      .where('id', '<=', id - sweepsKept)
      .execute();
    return id;
  }

  /** Open again, with its figures: should the program end now, `recover` counts all that was deleted under it. */
  private async reopen(now: number): Promise<number | undefined> {
    const row = await this.db
      .updateTable('sweep')
      .set({ ended_at: null, outcome: null, message: null })
      .where('id', '=', (eb) => eb.selectFrom('sweep').select(({ fn }) => fn.max('id').as('id')))
      .where('cause', '=', 'room')
      .where('outcome', '!=', 'interrupted')
      .where('ended_at', '>', now - hourMs)
      .where('ended_at', '<=', now)
      // A camera that never leaves begins another every day.
      .where('began_at', '>', now - dayMs)
      .returning('id')
      .executeTakeFirst();
    return row?.id;
  }

  /** Adds the figures of one run to its row; what is protected is as the last run found it. */
  async end(
    id: number,
    end: SweepFigures & { at: number; outcome: SweepOutcome; message: string | null },
  ): Promise<void> {
    await this.db
      .updateTable('sweep')
      .set((eb) => ({
        ended_at: end.at,
        outcome: end.outcome,
        message: end.message,
        by_age: eb('by_age', '+', end.byAge),
        by_disk: eb('by_disk', '+', end.byDisk),
        by_quota: eb('by_quota', '+', end.byQuota),
        protected: end.protected,
        failed: eb('failed', '+', end.failed),
        missing: eb('missing', '+', end.missing),
        freed_bytes: eb('freed_bytes', '+', end.freedBytes),
        trashed_bytes: eb('trashed_bytes', '+', end.trashedBytes),
      }))
      .where('id', '=', id)
      .execute();
  }

  async list(limit: number): Promise<Sweep[]> {
    const rows = await this.db.selectFrom('sweep').selectAll().orderBy('id', 'desc').limit(limit).execute();
    return rows.map(sweepView);
  }
}

function sweepView(row: SweepRow): Sweep {
  return {
    id: row.id,
    cause: row.cause,
    beganAt: row.began_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    message: row.message,
    byAge: row.by_age,
    byDisk: row.by_disk,
    byQuota: row.by_quota,
    protected: row.protected,
    failed: row.failed,
    missing: row.missing,
    freedBytes: row.freed_bytes,
    trashedBytes: row.trashed_bytes,
  };
}
