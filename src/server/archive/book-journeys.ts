import { z } from 'zod';
import { journeyTagSchema } from '../../shared/journeys.ts';
import { insertRows } from '../db/bulk.ts';
import { addJourneyDue } from '../db/journey-due.ts';
import type { Db } from '../db/open.ts';
import { instantSchema, instantText, type Book } from './book.ts';

const editSchema = z.object({
  /** Folder of the first camera of the car. */
  camera: z.string().max(1000),
  kind: z.enum(['about', 'merge', 'split']),
  at: instantSchema,
  toAt: instantSchema.nullable().default(null),
  name: z.string().max(10_000).nullable().default(null),
  note: z.string().max(100_000).nullable().default(null),
  tag: journeyTagSchema.nullable().default(null),
  createdAt: instantSchema,
});
export type SaidEdit = z.output<typeof editSchema>;

/** What people merged, split, named and noted of journeys, by car and instant. */
export const journeysBook: Book<SaidEdit[]> = {
  name: 'journeys',
  schema: z.array(editSchema).max(1_000_000),
  async said(db) {
    const rows = await db
      .selectFrom('journey_edit')
      .innerJoin('camera', 'camera.id', 'journey_edit.camera_id')
      .select(['camera.archive_folder', 'kind', 'at', 'to_at', 'journey_edit.name', 'note', 'tag'])
      .select('journey_edit.created_at')
      .orderBy('journey_edit.id')
      .execute();
    if (rows.length === 0) return null;
    return rows.map((row) => ({
      camera: row.archive_folder,
      kind: row.kind,
      at: instantText(row.at),
      ...(row.to_at !== null && { toAt: instantText(row.to_at) }),
      ...(row.name !== null && { name: row.name }),
      ...(row.note !== null && { note: row.note }),
      ...(row.tag !== null && { tag: row.tag }),
      createdAt: instantText(row.created_at),
    }));
  },
};

const columns = ['camera_id', 'kind', 'at', 'to_at', 'name', 'note', 'tag', 'created_at'] as const;

/**
 * Brings edits back where there are none, in the caller's transaction; returns how many. They hang on no capture: the
 * instants of an archive that was just filed are found out from the same bytes as before.
 */
export async function restoreEdits(trx: Db, said: readonly SaidEdit[]): Promise<number> {
  const known = await trx.selectFrom('journey_edit').select('id').limit(1).executeTakeFirst();
  if (known) return 0;
  const cameras = await trx.selectFrom('camera').select(['id', 'archive_folder']).execute();
  const idOf = new Map(cameras.map((camera) => [camera.archive_folder, camera.id]));
  const rows = said.flatMap(({ camera, toAt, createdAt, ...edit }) => {
    const cameraId = idOf.get(camera);
    return cameraId === undefined
      ? []
      : [{ ...edit, camera_id: cameraId, to_at: toAt, created_at: createdAt }];
  });
  await insertRows(trx, 'journey_edit', columns, rows);
  for (const row of rows)
    await addJourneyDue(trx, row.camera_id, [{ from: row.at, to: row.to_at ?? row.at }]);
  return rows.length;
}
