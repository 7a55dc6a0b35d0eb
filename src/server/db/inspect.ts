import SqliteDatabase from 'better-sqlite3';
import type { Migration } from 'kysely';
import { messageOf } from '../lib/errors.ts';
import { v2Generation } from './legacy/recognise.ts';
import { migrations } from './migrations.ts';
import { hasContent, isDamage, tracesOfReading } from './sqlite-files.ts';

export const migrationTable = 'kysely_migration';

/** What lies at the database's place. */
export type StateFile =
  | { kind: 'absent' }
  | { kind: 'ours'; pending: string[] }
  | { kind: 'v2'; generation: string }
  /** Of a newer version, or of another program. */
  | { kind: 'refused'; message: string }
  | { kind: 'damaged'; message: string };

/** Looks without writing anything; cost: the names of its tables. */
export function inspectStateFile(path: string, list: Record<string, Migration> = migrations): StateFile {
  if (!hasContent(path)) return { kind: 'absent' };
  let found: Names;
  try {
    found = readNames(path);
  } catch (error) {
    if (isDamage(error)) return { kind: 'damaged', message: messageOf(error) };
    return {
      kind: 'refused',
      message: `${path} cannot be read (${messageOf(error)}). Mend its owner or mode, or what lies beside it. Nothing was changed.`,
    };
  }
  // One of ours may be being opened by a command beside us: what lies beside it is left.
  if (!found.tables.has(migrationTable)) found.removeTraces();
  if (found.tables.size === 0) return { kind: 'absent' };
  return found.tables.has(migrationTable)
    ? ours(path, found, Object.keys(list))
    : foreign(path, found.tables);
}

function ours(path: string, { applied, removeTraces }: Names, known: string[]): StateFile {
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length === 0) return { kind: 'ours', pending: known.filter((name) => !applied.includes(name)) };
  removeTraces();
  return {
    kind: 'refused',
    message:
      `${path} was written by a newer version of viofosync (it has '${unknown.join("', '")}', this one knows up to '${known.at(-1) ?? 'nothing'}'). ` +
      'Start that version again, or go back to a copy of the database that this version knows. Nothing was changed.',
  };
}

function foreign(path: string, tables: Names['tables']): StateFile {
  const generation = v2Generation(tables);
  if (generation !== null) return { kind: 'v2', generation };
  return {
    kind: 'refused',
    message:
      `${path} is a database of some other program (it has the tables ${[...tables.keys()].slice(0, 5).join(', ')}). ` +
      'Set CONFIG_DIR to another folder. Nothing was changed.',
  };
}

interface Names {
  /** Columns by table. */
  tables: Map<string, Set<string>>;
  applied: string[];
  /** Removes what reading has made beside it. */
  removeTraces: () => void;
}

function readNames(path: string): Names {
  const removeTraces = tracesOfReading(path);
  let file: SqliteDatabase.Database | undefined;
  try {
    file = new SqliteDatabase(path, { readonly: true, fileMustExist: true });
    const rows = file
      .prepare(
        "select t.name as tableName, c.name as columnName from sqlite_master t join pragma_table_info(t.name) c where t.type = 'table' and t.name not like 'sqlite_%'",
      )
      .all() as { tableName: string; columnName: string }[];
    const tables = new Map<string, Set<string>>();
    for (const { tableName, columnName } of rows) {
      tables.set(tableName, (tables.get(tableName) ?? new Set()).add(columnName));
    }
    const applied = tables.has(migrationTable)
      ? (file.prepare(`select name from ${migrationTable} order by name`).pluck().all() as string[])
      : [];
    return { tables, applied, removeTraces };
  } catch (error) {
    file?.close();
    removeTraces();
    throw error;
  } finally {
    file?.close();
  }
}
