import type { Db } from '../db/open.ts';
import type { PartRow } from '../db/schema.ts';

/** Unfinished downloads: what the bytes in `<path>.part` belong to. */
export class PartRepository {
  async of(db: Db, clipId: number): Promise<PartRow | undefined> {
    return db.selectFrom('part').selectAll().where('clip_id', '=', clipId).executeTakeFirst();
  }

  async save(db: Db, part: PartRow): Promise<void> {
    const { clip_id: _key, ...facts } = part;
    await db
      .insertInto('part')
      .values(part)
      .onConflict((conflict) => conflict.column('clip_id').doUpdateSet(facts))
      .execute();
  }

  async update(db: Db, clipId: number, facts: Partial<Omit<PartRow, 'clip_id'>>): Promise<void> {
    await db.updateTable('part').set(facts).where('clip_id', '=', clipId).execute();
  }

  async remove(db: Db, clipId: number): Promise<void> {
    await db.deleteFrom('part').where('clip_id', '=', clipId).execute();
  }
}
