import { sql, type SqlBool } from 'kysely';
import {
  importOptionsSchema,
  type ImportItemState,
  type ImportOptions,
  type ImportState,
  type ImportVerdict,
} from '../../shared/imports.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { ImportItemRow, ImportItemTable, ImportRow, ImportTable } from '../db/schema-media.ts';
import type { Insertable, Updateable } from 'kysely';

/** Files of an import by verdict and state. */
export interface ImportTally {
  verdict: ImportVerdict;
  state: ImportItemState;
  files: number;
  bytes: number;
  receivedBytes: number;
}

const endedStates: readonly ImportState[] = ['done', 'cancelled', 'failed'];
/** Imports that are remembered after their end, and those of them whose files are. */
const importsKept = 20;

export const isEnded = (row: Pick<ImportRow, 'state'>): boolean => endedStates.includes(row.state);

/** What was asked for; a row is written by us alone, so that anything else is a bug. */
export const optionsOf = (row: Pick<ImportRow, 'options'>): ImportOptions =>
  importOptionsSchema.parse(JSON.parse(row.options));

/** Imports and their files; every method takes part in the transaction it is handed. */
export class ImportRepository {
  async byId(db: Db, id: number): Promise<ImportRow | undefined> {
    return db.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** Those that are under way first, then the last ones. */
  async list(db: Db): Promise<ImportRow[]> {
    const rows = await db.selectFrom('import').selectAll().orderBy('id', 'desc').limit(200).execute();
    return [...rows.filter((row) => !isEnded(row)), ...rows.filter(isEnded).slice(0, importsKept)];
  }

  /** Imports of these states, in the order in which they were asked for. */
  async inState(db: Db, states: readonly ImportState[]): Promise<ImportRow[]> {
    return db
      .selectFrom('import')
      .selectAll()
      .where('state', 'in', [...states])
      .orderBy('id')
      .execute();
  }

  async openUpload(db: Db, name: string): Promise<ImportRow | undefined> {
    return db
      .selectFrom('import')
      .selectAll()
      .where('kind', '=', 'upload')
      .where('source', '=', name)
      .where('state', 'not in', [...endedStates])
      .orderBy('id', 'desc')
      .executeTakeFirst();
  }

  async add(db: Db, row: Insertable<ImportTable>): Promise<ImportRow> {
    return db.insertInto('import').values(row).returningAll().executeTakeFirstOrThrow();
  }

  async change(db: Db, id: number, change: Updateable<ImportTable>): Promise<void> {
    await db.updateTable('import').set(change).where('id', '=', id).execute();
  }

  /** Counted anew from one index. */
  async tally(db: Db, importId: number): Promise<ImportTally[]> {
    return db
      .selectFrom('import_item')
      .select(({ fn }) => [
        'verdict',
        'state',
        fn.countAll<number>().as('files'),
        fn.sum<number>('bytes').as('bytes'),
        fn.sum<number>('received_bytes').as('receivedBytes'),
      ])
      .where('import_id', '=', importId)
      .groupBy(['verdict', 'state'])
      .execute();
  }

  async item(db: Db, id: number): Promise<ImportItemRow | undefined> {
    return db.selectFrom('import_item').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async itemAt(db: Db, importId: number, path: string): Promise<ImportItemRow | undefined> {
    return (await this.itemsAt(db, importId, [path]))[0];
  }

  async itemsAt(db: Db, importId: number, paths: readonly string[]): Promise<ImportItemRow[]> {
    return db
      .selectFrom('import_item')
      .selectAll()
      .where('import_id', '=', importId)
      .where(among('path', paths))
      .execute();
  }

  /** A page of files, the newest recording first, and how many there are in all. */
  async page(
    db: Db,
    importId: number,
    query: {
      verdict?: ImportVerdict | undefined;
      state?: ImportItemState | undefined;
      limit: number;
      offset: number;
    },
  ): Promise<{ items: ImportItemRow[]; total: number }> {
    let found = db.selectFrom('import_item').where('import_id', '=', importId);
    if (query.verdict) found = found.where('verdict', '=', query.verdict);
    if (query.state) found = found.where('state', '=', query.state);
    const items = await found
      .selectAll()
      .orderBy('local_start', 'desc')
      .orderBy('id')
      .limit(query.limit)
      .offset(query.offset)
      .execute();
    const { total } = await found
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return { items, total };
  }

  /** What is next to come in, the newest first; `known`: what is only to be looked at, in their stead. */
  async planned(
    db: Db,
    importId: number,
    { known, limit }: { known: boolean; limit: number },
  ): Promise<ImportItemRow[]> {
    return db
      .selectFrom('import_item')
      .selectAll()
      .where('import_id', '=', importId)
      .where('state', '=', 'planned')
      .where('verdict', known ? '=' : '!=', 'known')
      .orderBy('local_start', 'desc')
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async itemsInState(db: Db, importId: number, state: ImportItemState): Promise<ImportItemRow[]> {
    return db
      .selectFrom('import_item')
      .selectAll()
      .where('import_id', '=', importId)
      .where('state', '=', state)
      .execute();
  }

  async hasAny(db: Db, importId: number, states: readonly ImportItemState[]): Promise<boolean> {
    const row = await db
      .selectFrom('import_item')
      .select('id')
      .where('import_id', '=', importId)
      .where('state', 'in', [...states])
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Files that are not known of this import yet; one of the same path stays as it is. */
  async addItems(db: Db, rows: readonly Insertable<ImportItemTable>[]): Promise<void> {
    if (rows.length === 0) return;
    await db
      .insertInto('import_item')
      .values([...rows])
      .onConflict((conflict) => conflict.columns(['import_id', 'path']).doNothing())
      .execute();
  }

  async changeItem(db: Db, id: number, change: Updateable<ImportItemTable>): Promise<void> {
    await db.updateTable('import_item').set(change).where('id', '=', id).execute();
  }

  /** Files of these verdicts, from one state to another; a thousand at a time. Returns how many. */
  async moveItems(
    db: Db,
    importId: number,
    change: { verdicts?: readonly ImportVerdict[]; from: ImportItemState; to: ImportItemState },
  ): Promise<number> {
    const rows = await db
      .selectFrom('import_item')
      .select('id')
      .where('import_id', '=', importId)
      .where('state', '=', change.from)
      .$if(change.verdicts !== undefined, (query) =>
        query.where('verdict', 'in', [...(change.verdicts ?? [])]),
      )
      .limit(1000)
      .execute();
    if (rows.length === 0) return 0;
    const ids = rows.map((row) => row.id);
    await db.updateTable('import_item').set({ state: change.to }).where(among('id', ids)).execute();
    return ids.length;
  }

  /** Removes up to a thousand files of an import; returns how many. */
  async dropItems(db: Db, importId: number): Promise<number> {
    const rows = await db
      .selectFrom('import_item')
      .select('id')
      .where('import_id', '=', importId)
      .limit(1000)
      .execute();
    await db
      .deleteFrom('import_item')
      .where(
        among(
          'id',
          rows.map((row) => row.id),
        ),
      )
      .execute();
    return rows.length;
  }

  /** Ended imports that are remembered no longer. */
  async forgotten(db: Db): Promise<number[]> {
    const rows = await db
      .selectFrom('import')
      .select('id')
      .where('state', 'in', [...endedStates])
      .orderBy('id', 'desc')
      .offset(importsKept)
      .limit(1000)
      .execute();
    return rows.map((row) => row.id);
  }

  async drop(db: Db, importId: number): Promise<void> {
    await db.deleteFrom('import').where('id', '=', importId).execute();
  }

  /** Those of these files whose bytes are still needed in the place where they are staged. */
  async stillStaged(db: Db, itemIds: readonly number[]): Promise<Set<number>> {
    const rows = await db
      .selectFrom('import_item')
      .select('id')
      .where(among('id', itemIds))
      .where('state', 'in', ['planned', 'coming'])
      .execute();
    return new Set(rows.map((row) => row.id));
  }

  /** Archived clips of these very bytes, whatever they are called. */
  async clipsOfContent(db: Db, bytes: number, sha256: string): Promise<number[]> {
    const rows = await contentQuery(db, bytes, sha256).execute();
    return rows.filter((row) => row.sha256 === sha256).map((row) => row.id);
  }
}

/** By the index `clip_by_content`, whose conditions are literals. */
export const contentQuery = (db: Db, bytes: number, sha256: string) =>
  db
    .selectFrom('clip')
    .select(['id', 'sha256'])
    .where('size_bytes', '=', bytes)
    .where(sql`substr(sha256, 1, 8)`, '=', sha256.slice(0, 8))
    .where(sql<SqlBool>`state = 'archived' and sha256 is not null`);
