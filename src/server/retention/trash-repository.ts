import { sql, type SqlBool } from 'kysely';
import { deletionWhySchema, type DeletionWhy, type TrashEntry } from '../../shared/retention.ts';
import { among, insertRows } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { RemovalRow, TrashRow } from '../db/schema.ts';
import { readCursor, writeCursor } from './removal-cursor.ts';

const columns = [
  'clip_id',
  'audit_id',
  'path',
  'trash_path',
  'bytes',
  'why',
  'trashed_at',
] as const satisfies readonly (keyof TrashRow)[];

export interface TrashTotals {
  clips: number;
  bytes: number;
}

/** Clips that lie in the trash. */
export class TrashRepository {
  async byClips(db: Db, clipIds: readonly number[]): Promise<Map<number, TrashRow>> {
    const rows = await db.selectFrom('trash').selectAll().where(among('clip_id', clipIds)).execute();
    return new Map(rows.map((row) => [row.clip_id, row]));
  }

  async insert(db: Db, rows: readonly TrashRow[]): Promise<void> {
    await insertRows(db, 'trash', columns, rows);
  }

  async remove(db: Db, clipIds: readonly number[]): Promise<void> {
    if (clipIds.length > 0) await db.deleteFrom('trash').where(among('clip_id', clipIds)).execute();
  }

  /** Those of the places in the trash that a row has. */
  async takenAmong(db: Db, places: readonly string[]): Promise<Set<string>> {
    const rows = await db
      .selectFrom('trash')
      .select('trash_path')
      .where(among('trash_path', places))
      .execute();
    return new Set(rows.map((row) => row.trash_path));
  }

  /** Cost: all rows; whoever asks often keeps the answer. */
  async totals(db: Db): Promise<TrashTotals> {
    return db
      .selectFrom('trash')
      .select((eb) => [
        eb.fn.countAll<number>().as('clips'),
        eb.fn.coalesce(eb.fn.sum<number>('bytes'), eb.lit(0)).as('bytes'),
      ])
      .executeTakeFirstOrThrow();
  }

  /** When the clip that is longest there came; null when there is none. */
  async oldestAt(db: Db): Promise<number | null> {
    const row = await db
      .selectFrom('trash')
      .select('trashed_at')
      .orderBy('trashed_at')
      .limit(1)
      .executeTakeFirst();
    return row?.trashed_at ?? null;
  }

  /**
   * The longest there first, without those that something is ordered or noted of, and without what a rule put there
   * and a person keeps.
   */
  async oldest(db: Db, given: { until: number; limit: number }): Promise<TrashRow[]> {
    return db
      .selectFrom('trash')
      .selectAll()
      .where('trashed_at', '<=', given.until)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb.selectFrom('removal').select('clip_id').whereRef('removal.clip_id', '=', 'trash.clip_id'),
          ),
        ),
      )
      .where(
        sql<SqlBool>`(why ->> '$.by' = 'hand'
          or not exists (select 1 from clip where clip.id = trash.clip_id and clip.kept = 1))`,
      )
      .orderBy('trashed_at')
      .orderBy('clip_id')
      .limit(given.limit)
      .execute();
  }

  /** Whether any is said to have come after this instant. */
  async hasAfter(db: Db, instant: number): Promise<boolean> {
    const row = await db
      .selectFrom('trash')
      .select('clip_id')
      .where('trashed_at', '>', instant)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** What is said to have come after this instant came now. */
  async bringForward(db: Db, instant: number, now: number): Promise<void> {
    await db.updateTable('trash').set({ trashed_at: now }).where('trashed_at', '>', instant).execute();
  }

  /** A stretch of all rows by id, for what is to be done with every one of them. */
  async after(db: Db, clipId: number, limit: number): Promise<TrashRow[]> {
    return db
      .selectFrom('trash')
      .selectAll()
      .where('clip_id', '>', clipId)
      .orderBy('clip_id')
      .limit(limit)
      .execute();
  }

  /** Newest first, and where to go on; null at the end. */
  async page(
    db: Db,
    { before, limit, trashHours }: { before: string | undefined; limit: number; trashHours: number },
  ): Promise<{ clips: TrashEntry[]; nextBefore: string | null }> {
    const cursor = readCursor(before);
    const rows = await db
      .selectFrom('trash')
      .innerJoin('clip', 'clip.id', 'trash.clip_id')
      .select([
        'trash.clip_id',
        'trash.bytes',
        'trash.why',
        'trash.trashed_at',
        'clip.camera_id',
        'clip.name',
        'clip.channel',
        'clip.kind',
        'clip.local_start',
      ])
      .$if(cursor !== null, (query) =>
        query.where((eb) =>
          eb(
            eb.refTuple('trash.trashed_at', 'trash.clip_id'),
            '<',
            eb.tuple(cursor?.at ?? 0, cursor?.id ?? 0),
          ),
        ),
      )
      .orderBy('trash.trashed_at', 'desc')
      .orderBy('trash.clip_id', 'desc')
      .limit(limit + 1)
      .execute();
    const clips = rows.slice(0, limit).map((row) => ({
      clipId: row.clip_id,
      cameraId: row.camera_id,
      name: row.name,
      channel: row.channel,
      kind: row.kind,
      localStart: row.local_start,
      bytes: row.bytes,
      why: readWhy(row.why),
      trashedAt: row.trashed_at,
      goneAt: row.trashed_at + trashHours * 3_600_000,
    }));
    const last = clips.at(-1);
    const nextBefore =
      rows.length > limit && last ? writeCursor({ at: last.trashedAt, id: last.clipId }) : null;
    return { clips, nextBefore };
  }
}

/** What `removal`, `trash` and `audit` keep of a reason. */
export const readWhy = (text: RemovalRow['why']): DeletionWhy => deletionWhySchema.parse(JSON.parse(text));
