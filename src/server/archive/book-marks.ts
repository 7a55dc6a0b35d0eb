import { z } from 'zod';
import { insertRows } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import { instantSchema, instantText, type Book } from './book.ts';

const markSchema = z.object({
  /** Folder of the camera whose footage was looked at; null: of none. */
  camera: z.string().max(1000).nullable().default(null),
  at: instantSchema,
  text: z.string().max(10_000).default(''),
  createdAt: instantSchema,
});
export type SaidMark = z.output<typeof markSchema>;

/** Moments that people marked. */
export const marksBook: Book<SaidMark[]> = {
  name: 'marks',
  schema: z.array(markSchema).max(100_000),
  async said(db) {
    const rows = await db
      .selectFrom('mark')
      .leftJoin('camera', 'camera.id', 'mark.camera_id')
      .select(['camera.archive_folder', 'at', 'text', 'mark.created_at'])
      .orderBy('at')
      .orderBy('mark.id')
      .execute();
    if (rows.length === 0) return null;
    return rows.map((row) => ({
      ...(row.archive_folder !== null && { camera: row.archive_folder }),
      at: instantText(row.at),
      ...(row.text !== '' && { text: row.text }),
      createdAt: instantText(row.created_at),
    }));
  },
};

const columns = ['camera_id', 'at', 'text', 'created_at'] as const;

/** Brings marks back where there are none, in the caller's transaction; returns how many. One of an unknown camera is of none. */
export async function restoreMarks(trx: Db, said: readonly SaidMark[]): Promise<number> {
  const known = await trx.selectFrom('mark').select('id').limit(1).executeTakeFirst();
  if (known) return 0;
  const cameras = await trx.selectFrom('camera').select(['id', 'archive_folder']).execute();
  const idOf = new Map(cameras.map((camera) => [camera.archive_folder, camera.id]));
  const rows = said.map(({ camera, at, text, createdAt }) => ({
    camera_id: camera === null ? null : (idOf.get(camera) ?? null),
    at,
    text,
    created_at: createdAt,
  }));
  await insertRows(trx, 'mark', columns, rows);
  return rows.length;
}
