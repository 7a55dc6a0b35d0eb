import { sql } from 'kysely';
import { compiler } from '../compiler.ts';
import { all, run, type Sqlite } from './statements.ts';

/**
 * Takes the indexes of a table away for as long as very many rows are written, and returns what makes them again as
 * they were: sorting once costs a fraction of keeping them sorted.
 */
export function withoutIndexes(sqlite: Sqlite, table: string): () => void {
  const query = sql<{ name: string; sql: string }>`select name, sql from sqlite_master
    where type = 'index' and tbl_name = ${table} and sql is not null`;
  const indexes = all(sqlite, query.compile(compiler));
  for (const { name } of indexes) run(sqlite, compiler.schema.dropIndex(name).compile());
  return () => {
    for (const index of indexes) sqlite.exec(index.sql);
  };
}
