import type { Db } from '../db/open.ts';
import type { PartRow } from '../db/schema.ts';

/** Unfinished downloads: what the bytes in `<path>.part` belong to. */
export class PartRepository {
  async of(db: Db, clipId: number): Promise<PartRow | undefined> {
    return db.selectFrom('part').selectAll().where('clip_id', '=', clipId).executeTakeFirst();
  }

  /** Clips of which some bytes may be here. */
  async begun(db: Db): Promise<Set<number>> {
    const rows = await db.selectFrom('part').select('clip_id').execute();
    return new Set(rows.map((row) => row.clip_id));
  }

  /** Parts of clips of a camera that will never be gone on with. */
  async unwanted(db: Db, cameraId: number): Promise<PartRow[]> {
    return db
      .selectFrom('part')
      .innerJoin('clip', 'clip.id', 'part.clip_id')
      .selectAll('part')
      .where('clip.camera_id', '=', cameraId)
      .where((eb) =>
        eb.or([
          eb('clip.state', 'in', ['archived', 'expired', 'deleted', 'missing']),
          eb.and([
            eb('clip.state', '=', 'skipped'),
            // Unless a person may still take the skip back.
            eb.or([eb('clip.state_reason', '=', 'duplicate'), eb('clip.remote_gone_at', 'is not', null)]),
          ]),
        ]),
      )
      .execute();
  }

  async ofLost(db: Db, cameraId: number): Promise<PartRow[]> {
    return db
      .selectFrom('part')
      .innerJoin('clip', 'clip.id', 'part.clip_id')
      .selectAll('part')
      .where('clip.camera_id', '=', cameraId)
      .where('clip.state', '=', 'lost')
      .execute();
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
