import type { ClipState } from '../../shared/clips.ts';
import type { Db } from '../db/open.ts';
import type { PartRow } from '../db/schema.ts';

const wanted = [
  'waiting',
  'held',
  'transferring',
  'failed',
  'listed',
] as const satisfies readonly ClipState[];

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

  /**
   * Parts of clips of a camera that are not gone on with: here already, lost, or left on the card for good. Goes through
   * the parts, which are few.
   */
  async unwanted(db: Db, cameraId: number): Promise<(PartRow & { isLost: boolean })[]> {
    const parts = await db.selectFrom('part').selectAll().execute();
    if (parts.length === 0) return [];
    const rows = await db
      .selectFrom('clip')
      .select(['id', 'state', 'state_reason', 'remote_gone_at'])
      .where(
        'id',
        'in',
        parts.map((part) => part.clip_id),
      )
      .where('camera_id', '=', cameraId)
      .where('state', 'not in', wanted)
      .execute();
    const clips = new Map(rows.map((row) => [row.id, row]));
    return parts.flatMap((part) => {
      const clip = clips.get(part.clip_id);
      // What a person skipped may be wanted again while the card has it.
      const mayComeBack =
        clip?.state === 'skipped' && clip.state_reason !== 'duplicate' && clip.remote_gone_at === null;
      return clip && !mayComeBack ? [{ ...part, isLost: clip.state === 'lost' }] : [];
    });
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
