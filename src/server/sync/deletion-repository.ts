import type { Db } from '../db/open.ts';
import type { ClipPatch, ClipRow } from '../db/schema.ts';
import { chunks } from '../lib/chunks.ts';
import type { DeletionDue } from './deletion-policy.ts';

const idsPerStatement = 500;

/** What of a clip an order to delete it on the camera changes, and its undo gives back. */
export type DeletionState = Pick<
  ClipRow,
  'id' | 'delete_due' | 'delete_tries' | 'delete_error' | 'remote_deleted_at'
>;

/** Deletions on cameras as the ledger has them. */
export class DeletionRepository {
  /** All that are due, told, or given up. Cost: by index, those alone. */
  async open(db: Db, cameraId: number): Promise<ClipRow[]> {
    return db
      .selectFrom('clip')
      .selectAll()
      .where('camera_id', '=', cameraId)
      .where('delete_due', 'is not', null)
      .orderBy('id')
      .execute();
  }

  /** Ids of those that the camera is still to be told. */
  async due(db: Db, cameraId: number): Promise<number[]> {
    const rows = await db
      .selectFrom('clip')
      .select('id')
      .where('camera_id', '=', cameraId)
      .where('delete_due', 'is not', null)
      .where('delete_error', 'is', null)
      .where('remote_deleted_at', 'is', null)
      .orderBy('id')
      .execute();
    return rows.map((row) => row.id);
  }

  /** Why clips were given up, one for each. */
  async errors(db: Db, cameraId: number): Promise<string[]> {
    const rows = await db
      .selectFrom('clip')
      .select('delete_error')
      .where('camera_id', '=', cameraId)
      .where('delete_due', 'is not', null)
      .where('delete_error', 'is not', null)
      .execute();
    return rows.map((row) => row.delete_error ?? '');
  }

  async order(db: Db, ids: readonly number[], due: DeletionDue): Promise<void> {
    const anew = { delete_due: due, delete_tries: 0, delete_error: null, remote_deleted_at: null };
    for (const some of chunks([...ids], idsPerStatement)) {
      await db.updateTable('clip').set(anew).where('id', 'in', some).execute();
    }
  }

  /** Gives back what was before an order, where the camera was not told since. Returns how many. */
  async restore(db: Db, before: readonly DeletionState[], due: DeletionDue): Promise<number> {
    let restored = 0;
    for (const { id, delete_due, delete_tries, delete_error, remote_deleted_at } of before) {
      const { numUpdatedRows } = await db
        .updateTable('clip')
        .set({ delete_due, delete_tries, delete_error, remote_deleted_at })
        .where('id', '=', id)
        .where('delete_due', '=', due)
        .where('delete_tries', '=', 0)
        .executeTakeFirstOrThrow();
      restored += Number(numUpdatedRows);
    }
    return restored;
  }

  /**
   * Notes that the camera is about to be told. False when the order was taken back, or the clip was kept or changed,
   * since it was looked at: then it must not be told.
   */
  async beginTelling(db: Db, clip: ClipRow): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('clip')
      .set({ delete_tries: clip.delete_tries + 1 })
      .where('id', '=', clip.id)
      .where('delete_due', '=', clip.delete_due)
      .where('delete_tries', '=', clip.delete_tries)
      .where('delete_error', 'is', null)
      .where('remote_deleted_at', 'is', null)
      .where('remote_path', '=', clip.remote_path)
      .where('locked', '=', clip.locked)
      .where('kept', '=', 0)
      .where('state', '=', 'archived')
      // The copy here is about to go.
      .where((eb) => eb('id', 'not in', eb.selectFrom('removal').select('clip_id')))
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  async patch(db: Db, id: number, patch: ClipPatch): Promise<void> {
    await db.updateTable('clip').set(patch).where('id', '=', id).execute();
  }
}
