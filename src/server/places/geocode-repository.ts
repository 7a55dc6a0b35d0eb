import { sql } from 'kysely';
import type { Db } from '../db/open.ts';
import { cellKey, type Cell, type KnownName } from './geocode-policy.ts';

/** Names of positions that were fetched, by their cell. */
export class GeocodeRepository {
  /** What is known of these cells, by `cellKey`. */
  async known(db: Db, cells: readonly Cell[]): Promise<Map<string, KnownName>> {
    if (cells.length === 0) return new Map();
    const pairs = JSON.stringify(cells.map(({ latE3, lonE3 }) => [latE3, lonE3]));
    const rows = await db
      .selectFrom('geocode')
      .select(['lat_e3', 'lon_e3', 'label', 'language', 'fetched_at'])
      .where(sql<boolean>`(lat_e3, lon_e3) in (select value ->> 0, value ->> 1 from json_each(${pairs}))`)
      .execute();
    return new Map(
      rows.map((row) => [
        cellKey({ latE3: row.lat_e3, lonE3: row.lon_e3 }),
        { label: row.label, language: row.language, fetchedAt: row.fetched_at },
      ]),
    );
  }

  /** Keeps what a geocoder said; a name that is known is not replaced by none. */
  async keep(db: Db, cell: Cell, name: KnownName & { source: string }): Promise<void> {
    const facts = { source: name.source, fetched_at: name.fetchedAt, language: name.language };
    await db
      .insertInto('geocode')
      .values({ lat_e3: cell.latE3, lon_e3: cell.lonE3, label: name.label, ...facts })
      .onConflict((conflict) =>
        conflict
          .columns(['lat_e3', 'lon_e3'])
          .doUpdateSet(name.label === '' ? facts : { label: name.label, ...facts }),
      )
      .execute();
  }
}
