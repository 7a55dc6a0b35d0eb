import type { Insertable, Updateable } from 'kysely';
import type { Db } from '../db/open.ts';
import type { CameraRow, CameraTable } from '../db/schema.ts';

/** The cameras of this installation. */
export class CameraRepository {
  async all(db: Db): Promise<CameraRow[]> {
    return db.selectFrom('camera').selectAll().orderBy('id').execute();
  }

  async byId(db: Db, id: number): Promise<CameraRow | undefined> {
    return db.selectFrom('camera').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async insert(db: Db, row: Insertable<CameraTable>): Promise<CameraRow> {
    return db.insertInto('camera').values(row).returningAll().executeTakeFirstOrThrow();
  }

  async patch(db: Db, id: number, patch: Updateable<CameraTable>): Promise<void> {
    if (Object.keys(patch).length === 0) return;
    await db.updateTable('camera').set(patch).where('id', '=', id).execute();
  }

  /** The cameras of a car; none for no name. */
  async ofVehicle(db: Db, vehicle: string | null): Promise<number[]> {
    if (vehicle === null) return [];
    const rows = await db.selectFrom('camera').select('id').where('vehicle', '=', vehicle).execute();
    return rows.map(({ id }) => id);
  }

  /** What a camera told of itself; nothing, when its address was changed or it was accepted anew in the meantime. */
  async learn(db: Db, row: CameraRow, patch: Updateable<CameraTable>): Promise<void> {
    if (Object.keys(patch).length === 0) return;
    await db
      .updateTable('camera')
      .set(patch)
      .where('id', '=', row.id)
      .where('address', '=', row.address)
      .where('accepted_at', 'is not distinct from', row.accepted_at)
      .execute();
  }

  async hasClips(db: Db, id: number): Promise<boolean> {
    return (
      (await db.selectFrom('clip').select('id').where('camera_id', '=', id).limit(1).executeTakeFirst()) !==
      undefined
    );
  }

  async remove(db: Db, id: number): Promise<void> {
    await db.deleteFrom('listing').where('camera_id', '=', id).execute();
    await db.deleteFrom('visit').where('camera_id', '=', id).execute();
    await db.deleteFrom('problem').where('camera_id', '=', id).execute();
    await db.deleteFrom('journey_due').where('camera_id', '=', id).execute();
    await db.deleteFrom('clock_shift').where('camera_id', '=', id).execute();
    await db.deleteFrom('camera').where('id', '=', id).execute();
  }
}
