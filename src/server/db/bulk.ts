import { sql, type Insertable, type RawBuilder, type SqlBool, type Updateable } from 'kysely';
import type { Db } from './open.ts';
import type { Schema } from './schema.ts';

type TableName = keyof Schema;
type Value = string | number | null | undefined;

/**
 * Very many rows in one statement: they are bound as one JSON text that SQLite takes apart itself, so that a statement
 * is the same, and is compiled once, however many they are.
 */
const asText = (rows: readonly object[], columns: readonly string[]): string =>
  JSON.stringify(
    rows.map((row) => columns.map((column) => (row as Readonly<Record<string, Value>>)[column] ?? null)),
  );

const namesOf = (columns: readonly string[]) => sql.join(columns.map((column) => sql.ref(column)));

const columnsOf = (columns: readonly string[]) =>
  sql.join(columns.map((column, index) => sql`value ->> ${sql.lit(index)} as ${sql.ref(column)}`));

/** Inserts rows in their order; a column that a row lacks is null. */
export async function insertRows<T extends TableName>(
  db: Db,
  table: T,
  columns: readonly (keyof Insertable<Schema[T]> & string)[],
  rows: readonly Insertable<Schema[T]>[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into ${sql.table(table)} (${namesOf(columns)})
    select ${columnsOf(columns)} from jsonb_each(${asText(rows, columns)})`.execute(db);
}

/** The same for rows that mostly agree: what is the same in all of them is bound once. */
export async function insertAlike<T extends TableName>(
  db: Db,
  table: T,
  columns: readonly (keyof Insertable<Schema[T]> & string)[],
  rows: readonly Insertable<Schema[T]>[],
): Promise<void> {
  const [first] = rows as readonly Readonly<Record<string, Value>>[];
  if (!first) return;
  const differs = (column: string) =>
    (rows as readonly Readonly<Record<string, Value>>[]).some((row) => row[column] !== first[column]);
  const varying = columns.filter(differs);
  const values = columns.map((column) => {
    const index = varying.indexOf(column);
    return index === -1 ? sql`${first[column] ?? null}` : sql`value ->> ${sql.lit(index)}`;
  });
  await sql`insert into ${sql.table(table)} (${namesOf(columns)})
    select ${sql.join(values)} from jsonb_each(${asText(rows, varying)})`.execute(db);
}

/** How a row that is there already takes in what comes: the columns of its key, of sums, of the least and the most. */
export interface Merging<Column extends string> {
  key: readonly Column[];
  sums: readonly Column[];
  least?: readonly Column[];
  most?: readonly Column[];
}

const given = (column: string) => sql.ref(`excluded.${column}`);

/** Inserts rows; where one of the same key is there, the new one is added to it. */
export async function mergeRows<T extends TableName>(
  db: Db,
  table: T,
  merging: Merging<keyof Insertable<Schema[T]> & string>,
  rows: readonly Insertable<Schema[T]>[],
): Promise<void> {
  if (rows.length === 0) return;
  const { key, sums, least = [], most = [] } = merging;
  const columns = [...key, ...sums, ...least, ...most];
  const old = (column: string) => sql.ref(`${table}.${column}`);
  const sets = [
    ...sums.map((column) => sql`${sql.ref(column)} = ${old(column)} + ${given(column)}`),
    ...least.map((column) => sql`${sql.ref(column)} = min(${old(column)}, ${given(column)})`),
    ...most.map((column) => sql`${sql.ref(column)} = max(${old(column)}, ${given(column)})`),
  ];
  // `where true`: else SQLite would read `on conflict` as the condition of a join.
  await sql`insert into ${sql.table(table)} (${namesOf(columns)})
    select ${columnsOf(columns)} from jsonb_each(${asText(rows, columns)}) where true
    on conflict (${namesOf(key)}) do update set ${sql.join(sets)}`.execute(db);
}

/** Sets the same columns of many rows, each to its own values; ids that are not there change nothing. */
export async function updateRows<T extends TableName>(
  db: Db,
  table: T,
  columns: readonly (keyof Updateable<Schema[T]> & string)[],
  rows: readonly (Updateable<Schema[T]> & { id: number })[],
): Promise<void> {
  if (rows.length === 0 || columns.length === 0) return;
  const all = ['id', ...columns];
  const sets = sql.join(columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(`given.${column}`)}`));
  await sql`update ${sql.table(table)} set ${sets}
    from (select ${columnsOf(all)} from jsonb_each(${asText(rows, all)})) as given
    where ${sql.ref(`${table}.id`)} = given.id`.execute(db);
}

/** Whether a column has one of these values, however many they are. */
export function among(column: string, values: readonly (string | number)[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`${sql.ref(column)} in (select value from jsonb_each(${JSON.stringify(values)}))`;
}

/** A table of a statement that has a row for each span, both ends included. */
export function spansTable(spans: readonly { from: number; to: number }[]) {
  const columns = ['from', 'to'];
  return sql<{ from: number; to: number }>`(select ${columnsOf(columns)}
    from jsonb_each(${asText(spans, columns)}))`.as<'span'>('span');
}

/** The next id a table will give, for rows that are inserted with theirs in the same transaction. */
export async function nextId(db: Db, table: TableName): Promise<number> {
  const { rows } = await sql<{ seq: number }>`select seq from sqlite_sequence where name = ${table}`.execute(
    db,
  );
  return (rows[0]?.seq ?? 0) + 1;
}
