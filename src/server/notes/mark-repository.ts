import type { OwnMarkInput, OwnMarkPatch } from '../../shared/own-marks.ts';
import type { Db } from '../db/open.ts';
import type { MarkRow } from '../db/schema-notes.ts';

export interface MarkSpan {
  /** UTC milliseconds, both ends included. */
  from: number;
  to: number;
  /** Those of this camera, and those of none. */
  cameraId?: number | undefined;
}

/** The rows of marks. */
export class MarkRepository {
  within(db: Db, { from, to, cameraId }: MarkSpan, limit: number): Promise<MarkRow[]> {
    return db
      .selectFrom('mark')
      .selectAll()
      .where('at', '>=', from)
      .where('at', '<=', to)
      .$if(cameraId !== undefined, (query) =>
        query.where((eb) => eb.or([eb('camera_id', '=', cameraId ?? 0), eb('camera_id', 'is', null)])),
      )
      .orderBy('at')
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  byId(db: Db, id: number): Promise<MarkRow | undefined> {
    return db.selectFrom('mark').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** The very same mark. */
  same(db: Db, { at, cameraId, text }: OwnMarkInput): Promise<MarkRow | undefined> {
    return db
      .selectFrom('mark')
      .selectAll()
      .where('at', '=', at)
      .where('text', '=', text)
      .where('camera_id', 'is', cameraId)
      .limit(1)
      .executeTakeFirst();
  }

  async hasCamera(db: Db, id: number): Promise<boolean> {
    return (await db.selectFrom('camera').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
  }

  async count(db: Db): Promise<number> {
    const { count } = await db
      .selectFrom('mark')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return count;
  }

  insert(trx: Db, { at, cameraId, text }: OwnMarkInput, createdAt: number): Promise<MarkRow> {
    return trx
      .insertInto('mark')
      .values({ at, camera_id: cameraId, text, created_at: createdAt })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  change(trx: Db, row: MarkRow, { at = row.at, text = row.text }: OwnMarkPatch): Promise<MarkRow> {
    return trx
      .updateTable('mark')
      .set({ at, text })
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  async remove(trx: Db, id: number): Promise<void> {
    await trx.deleteFrom('mark').where('id', '=', id).execute();
  }
}
