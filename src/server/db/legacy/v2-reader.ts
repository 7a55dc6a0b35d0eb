import { sql, type CompiledQuery, type RawBuilder } from 'kysely';
import { compiler } from '../compiler.ts';
import type { NamedRows } from './name-plan.ts';
import { all, run, type Sqlite } from './statements.ts';
import { indexColumns, queueColumns, type V2Index, type V2Queue } from './v2-rows.ts';

/** Columns by table. */
export type Tables = ReadonlyMap<string, ReadonlySet<string>>;

export type V2Table =
  'clip_index' | 'download_queue' | 'export_jobs' | 'geocode_cache' | 'kv' | 'derive_queue' | 'app_log';

const rowsPerPage = 500;
const [least, most] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

/** The tables there are, with their columns. */
export function tablesOf(sqlite: Sqlite): Tables {
  const query = sql<{ owner: string; name: string }>`
    select t.name as owner, c.name as name from sqlite_master as t join pragma_table_info(t.name) as c
    where t.type = 'table' and t.name not like 'sqlite_%'`;
  const tables = new Map<string, Set<string>>();
  for (const { owner, name } of all(sqlite, query.compile(compiler))) {
    tables.set(owner, (tables.get(owner) ?? new Set()).add(name));
  }
  return tables;
}

type Columns = Readonly<Record<string, string>>;

/**
 * Reads the tables of the existing system in pages by id: no other statement may run while a result is stepped
 * through, and no more than a page is ever held. Columns that its generation lacks are null.
 */
export class V2Reader {
  private readonly sqlite: Sqlite;
  private readonly tables: Tables;

  constructor(sqlite: Sqlite, tables: Tables) {
    this.sqlite = sqlite;
    this.tables = tables;
  }

  has(table: V2Table): boolean {
    return this.tables.has(table);
  }

  count(table: V2Table): number {
    if (!this.has(table)) return 0;
    const query = sql<{ rows: number }>`select count(*) as rows from ${sql.table(table)}`;
    return all(this.sqlite, query.compile(compiler))[0]?.rows ?? 0;
  }

  /** The highest id a table ever gave out. */
  highestId(table: 'clip_index' | 'export_jobs'): number {
    if (!this.has(table)) return 0;
    const query = sql<{ id: number }>`
      select max(coalesce((select max(id) from ${sql.table(table)}), 0),
        coalesce((select max(seq) from sqlite_sequence where name = ${table}), 0)) as id`;
    return all(this.sqlite, query.compile(compiler))[0]?.id ?? 0;
  }

  /** The values of one column, over all rows. */
  *values(table: V2Table, column: string): Generator {
    if (this.tables.get(table)?.has(column) !== true) return;
    const query = sql`select id, ${sql.ref(column)} from ${sql.table(table)}
      where id > ${least} and id <= ${most} order by id limit ${rowsPerPage}`;
    for (const row of this.pages(query.compile(compiler))) yield row[1];
  }

  /** All rows of a small table. */
  rows<C extends Columns>(table: V2Table, columns: C): { [Key in keyof C]: unknown }[] {
    if (!this.has(table)) return [];
    const query = sql`select ${this.list(table, table, columns)} from ${sql.table(table)}`;
    const rows = this.sqlite.prepare(query.compile(compiler).sql).raw().all() as unknown[][];
    return rows.map((row) => asRow(columns, row, 0));
  }

  /**
   * All that is known under each name, once. Names with one file in the archive come first, by its id, then those
   * with several, then what is in the queue alone.
   */
  *names(): Generator<NamedRows> {
    this.ensureNameIndex();
    const several = this.namesOfSeveral();
    const taken = new Set(several.flat());
    const joined = this.joined();
    const query = sql`${joined} where i.id > ${least} and i.id <= ${most} order by i.id limit ${rowsPerPage}`;
    for (const row of this.pages(query.compile(compiler))) {
      if (!taken.has(Number(row[0]))) yield this.named([row]);
    }
    const byId = this.sqlite.prepare(sql`${joined} where i.id = ${0}`.compile(compiler).sql).raw();
    for (const ids of several) yield this.named(ids.map((id) => byId.get(id) as unknown[]));
    yield* this.queuedOnly();
  }

  /** Rows whose ids cannot be counted with, in full. */
  uncountable(table: 'clip_index' | 'download_queue'): Record<string, unknown>[] {
    const query = sql`select * from ${sql.table(table)} where id < ${least} or id > ${most}`;
    const { sql: text, parameters } = query.compile(compiler);
    return this.sqlite
      .prepare(text)
      .safeIntegers()
      .all(...parameters) as Record<string, unknown>[];
  }

  private joined(): RawBuilder<unknown> {
    return sql`select ${this.list('clip_index', 'i', indexColumns)}, ${this.list('download_queue', 'q', queueColumns)}
      from clip_index as i left join download_queue as q on q.filename = i.basename`;
  }

  private named(rows: readonly unknown[][]): NamedRows {
    const [first = []] = rows;
    const hasQueue = first[indexWidth] !== null;
    return {
      index: rows.map((row) => asRow(indexColumns, row, 0) as V2Index),
      queue: hasQueue ? (asRow(queueColumns, first, indexWidth) as V2Queue) : null,
    };
  }

  private *queuedOnly(): Generator<NamedRows> {
    const query = sql`select ${this.list('download_queue', 'q', queueColumns)} from download_queue as q
      where q.id > ${least} and q.id <= ${most}
        and not exists (
          select 1 from clip_index as i
          where i.basename = q.filename and i.id > ${least} and i.id <= ${most})
      order by q.id limit ${rowsPerPage}`;
    for (const row of this.pages(query.compile(compiler))) {
      yield { index: [], queue: asRow(queueColumns, row, 0) as V2Queue };
    }
  }

  /** Ids of the files that share their name with another, by name. */
  private namesOfSeveral(): number[][] {
    const query = sql<{ ids: string }>`select group_concat(id) as ids from clip_index
      where basename is not null and id > ${least} and id <= ${most}
      group by basename having count(*) > 1`;
    return all(this.sqlite, query.compile(compiler)).map(({ ids }) =>
      ids
        .split(',')
        .map(Number)
        .toSorted((a, b) => a - b),
    );
  }

  /** Pages of a query whose first column is the id and whose first and last parameters are the id before and the size. */
  private *pages({ sql: text, parameters }: CompiledQuery): Generator<unknown[]> {
    const statement = this.sqlite.prepare(text).raw();
    const [from, ...others] = parameters;
    let last = from;
    for (;;) {
      const page = statement.all(last, ...others) as unknown[][];
      yield* page;
      if (page.length < rowsPerPage) return;
      last = page.at(-1)?.[0];
    }
  }

  private list(table: V2Table, alias: string, columns: Columns): RawBuilder<unknown> {
    const known = this.tables.get(table);
    const parts = Object.values(columns).map((column) =>
      known?.has(column) ? sql.ref(`${alias}.${column}`) : sql`null`,
    );
    return sql.join(parts);
  }

  /** The join is by name; without an index each name would be a walk through the table. */
  private ensureNameIndex(): void {
    const query = sql<{ rows: number }>`select count(*) as rows
      from pragma_index_list('clip_index') as l join pragma_index_info(l.name) as c
      where c.seqno = 0 and c.name = 'basename' and l.partial = 0`;
    if (all(this.sqlite, query.compile(compiler))[0]?.rows !== 0) return;
    run(this.sqlite, sql`create index adoption_by_name on clip_index (basename)`.compile(compiler));
  }
}

const indexWidth = Object.keys(indexColumns).length;

function asRow<C extends Columns>(
  columns: C,
  values: readonly unknown[],
  from: number,
): { [Key in keyof C]: unknown } {
  const row: Record<string, unknown> = {};
  let at = from;
  for (const key in columns) row[key] = values[at++];
  return row as { [Key in keyof C]: unknown };
}
