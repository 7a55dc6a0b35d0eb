import { z } from 'zod';
import type { Db } from '../db/open.ts';
import { instantSchema, instantText, type Book } from './book.ts';

const placeSchema = z.object({
  name: z.string().min(1).max(1000),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  radiusM: z.number().positive().max(1_000_000),
  isHome: z.boolean().default(false),
  skipParked: z.boolean().default(false),
  isHidden: z.boolean().default(false),
  createdAt: instantSchema,
});
export type SaidPlace = z.output<typeof placeSchema>;

/** Places that the user named. */
export const placesBook: Book<SaidPlace[]> = {
  name: 'places',
  schema: z.array(placeSchema).max(500),
  async said(db) {
    const rows = await db.selectFrom('place').selectAll().orderBy('id').execute();
    if (rows.length === 0) return null;
    return rows.map((row) => ({
      name: row.name,
      latitude: row.latitude,
      longitude: row.longitude,
      radiusM: row.radius_m,
      ...(row.is_home === 1 && { isHome: true }),
      ...(row.skip_parked === 1 && { skipParked: true }),
      ...(row.is_hidden === 1 && { isHidden: true }),
      createdAt: instantText(row.created_at),
    }));
  },
};

/**
 * Brings places back where there are none and no stop could be at one yet, in the caller's transaction; returns how
 * many.
 */
export async function restorePlaces(trx: Db, said: readonly SaidPlace[]): Promise<number> {
  const known = await trx.selectFrom('place').select('id').limit(1).executeTakeFirst();
  const stop = await trx.selectFrom('stop').select('id').where('id', '>', 0).limit(1).executeTakeFirst();
  if (known || stop) return 0;
  const home = said.findIndex((place) => place.isHome);
  for (const [index, place] of said.entries())
    await trx
      .insertInto('place')
      .values({
        name: place.name,
        latitude: place.latitude,
        longitude: place.longitude,
        radius_m: place.radiusM,
        is_home: flag(index === home),
        skip_parked: flag(place.skipParked),
        is_hidden: flag(place.isHidden),
        created_at: place.createdAt,
      })
      .execute();
  return said.length;
}

const flag = (value: boolean) => (value ? (1 as const) : (0 as const));
