import type { Insertable, Updateable } from 'kysely';
import { addJourneyDays } from '../db/journey-due.ts';
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

  /** A camera without clips, in one transaction. Journeys of its car become those of the next camera of it. */
  async remove(db: Db, id: number): Promise<void> {
    if (db.isTransaction) return this.removeIn(db, id);
    await db.transaction().execute((trx) => this.removeIn(trx, id));
  }

  private async removeIn(db: Db, id: number): Promise<void> {
    await this.handOn(db, id);
    await db.deleteFrom('listing').where('camera_id', '=', id).execute();
    await db.deleteFrom('visit').where('camera_id', '=', id).execute();
    await db.deleteFrom('problem').where('camera_id', '=', id).execute();
    await db.deleteFrom('journey_due').where('camera_id', '=', id).execute();
    await db.deleteFrom('clock_shift').where('camera_id', '=', id).execute();
    await db.deleteFrom('camera').where('id', '=', id).execute();
  }

  /** The rows of a car are under one of its cameras: when that goes, they go to the first of the others. */
  private async handOn(db: Db, id: number): Promise<void> {
    const vehicle = (await this.byId(db, id))?.vehicle ?? '';
    if (vehicle === '') return;
    const others = (await this.ofVehicle(db, vehicle)).filter((other) => other !== id);
    if (others.length === 0) return;
    const heir = { camera_id: Math.min(...others) };
    const rowsOf = (table: 'journey' | 'stop') =>
      db.selectFrom(table).select('id').where('camera_id', '=', id);
    await db.updateTable('journey_box').set(heir).where('journey_id', 'in', rowsOf('journey')).execute();
    await db.updateTable('stop_box').set(heir).where('stop_id', 'in', rowsOf('stop')).execute();
    for (const table of ['journey', 'stop', 'journey_edit'] as const)
      await db.updateTable(table).set(heir).where('camera_id', '=', id).execute();
    for (const other of others) await addJourneyDays(db, other);
  }
}
