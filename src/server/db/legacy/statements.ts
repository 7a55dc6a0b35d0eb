import type SqliteDatabase from 'better-sqlite3';
import type { CompiledQuery } from 'kysely';
import { compiler } from '../compiler.ts';
import type { Schema } from '../schema.ts';

export type Sqlite = SqliteDatabase.Database;

/** Inserts one row: the values of its columns from `row`, then those of the further columns in their order. */
export type Insert<Column extends string> = (
  row: Readonly<Record<Column, unknown>>,
  ...further: readonly unknown[]
) => void;

/** An insert that is compiled once and run for each of very many rows. */
export function prepareInsert<Table extends keyof Schema, Column extends keyof Schema[Table] & string>(
  sqlite: Sqlite,
  table: Table,
  columns: readonly Column[],
  ...further: readonly (keyof Schema[Table] & string)[]
): Insert<Column> {
  const blank = Object.fromEntries([...columns, ...further].map((column) => [column, null]));
  // Only the names of the columns matter here: the values are bound anew for each row.
  const { sql } = compiler
    .insertInto(table)
    .values(blank as never)
    .compile();
  const statement = sqlite.prepare(sql);
  // One array for all rows: half a million of them are work for the collector.
  const values: unknown[] = [];
  return (row, ...others) => {
    for (const [index, column] of columns.entries()) values[index] = row[column];
    for (const [index, value] of others.entries()) values[columns.length + index] = value;
    statement.run(values);
  };
}

/** Runs a statement with what is bound to it; how many rows it changed. */
export function run(sqlite: Sqlite, { sql, parameters }: CompiledQuery): number {
  return sqlite.prepare(sql).run(...parameters).changes;
}

/** Runs a query with what is bound to it. */
export function all<Row>(sqlite: Sqlite, { sql, parameters }: CompiledQuery<Row>): Row[] {
  return sqlite.prepare<unknown[], Row>(sql).all(...parameters);
}
