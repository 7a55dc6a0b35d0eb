import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, Migrator, SqliteAdapter, SqliteDialect, type Migration, type Transaction } from 'kysely';
import { messageOf } from '../lib/errors.ts';
import { migrations } from './migrations.ts';
import type { Schema } from './schema.ts';

/** The database, or a transaction in it: repository methods take part in whichever they are handed. */
export type Db = Kysely<Schema> | Transaction<Schema>;
export type Database = Kysely<Schema>;

export const databaseFileName = 'viofosync.db';
const migrationTable = 'kysely_migration';

/** The file at the database's place cannot be used; the message says what it is and what to do. It was not altered. */
export class UnusableDatabaseError extends Error {
  override name = 'UnusableDatabaseError';
}

export interface OpenOptions {
  configDir: string;
  /** For the name of the copy that is kept before migrating. */
  now: Date;
  /** Another list of migrations, for tests of upgrading. */
  migrations?: Record<string, Migration>;
}

/**
 * Opens `$CONFIG_DIR/viofosync.db`, making or migrating it where needed. A file that is not ours, or is newer than
 * this program, is refused before anything is written to it (`UnusableDatabaseError`).
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const path = join(options.configDir, databaseFileName);
  const list = options.migrations ?? migrations;
  const pending = existsSync(path) ? inspect(path, list) : [];
  const sqlite = new SqliteDatabase(path);
  try {
    if (pending.length > 0) await sqlite.backup(copyName(path, options.now));
    // FULL: a row that says a clip is archived must survive a power cut, for the camera's copy may be gone by then.
    for (const pragma of [
      'journal_mode = WAL',
      'synchronous = FULL',
      'foreign_keys = ON',
      'busy_timeout = 5000',
    ]) {
      sqlite.pragma(pragma);
    }
    const db = new Kysely<Schema>({ dialect: new TransactionalSqlite({ database: sqlite }) });
    await migrate(db, list);
    return db;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** SQLite can undo changes of tables, but Kysely does not rely on it unless told: a crash must not leave half a migration. */
class TransactionalSqlite extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

async function migrate(db: Database, list: Record<string, Migration>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => list } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

function copyName(path: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return join(dirname(path), `viofosync-before-migration-${stamp}.db`);
}

/** The migrations an existing file still needs, found without writing to it. */
function inspect(path: string, list: Record<string, Migration>): string[] {
  const names = readNames(path);
  if (names.tables.length === 0) return [];
  if (!names.tables.includes(migrationTable))
    throw new UnusableDatabaseError(foreignMessage(path, names.tables));
  const unknown = names.applied.filter((name) => !(name in list));
  if (unknown.length > 0) {
    throw new UnusableDatabaseError(
      `${path} was written by a newer version of viofosync (it has '${unknown.join("', '")}'). ` +
        'Start that version again, or go back to a copy of the database that this version knows. Nothing was changed.',
    );
  }
  return Object.keys(list).filter((name) => !names.applied.includes(name));
}

function readNames(path: string): { tables: string[]; applied: string[] } {
  const companions = ['-wal', '-shm'].map((ending) => path + ending).filter((name) => !existsSync(name));
  let file: SqliteDatabase.Database | undefined;
  try {
    file = new SqliteDatabase(path, { readonly: true, fileMustExist: true });
    const column = (sql: string) => (file?.prepare(sql).pluck().all() ?? []) as string[];
    const tables = column("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'");
    const applied = tables.includes(migrationTable)
      ? column(`select name from ${migrationTable} order by name`)
      : [];
    return { tables, applied };
  } catch (error) {
    throw new UnusableDatabaseError(
      `${path} cannot be read as a database (${messageOf(error)}). ` +
        'Put a good copy in its place, or move it away to begin anew. Nothing was changed.',
      { cause: error },
    );
  } finally {
    file?.close();
    // Even reading makes them for a database with a write-ahead log.
    for (const name of companions) rmSync(name, { force: true });
  }
}

function foreignMessage(path: string, tables: string[]): string {
  const isPython = tables.includes('clip_index') || tables.includes('download_queue');
  return isPython
    ? `${path} belongs to the Python viofosync (v2), which this version cannot take over yet. ` +
        'Set CONFIG_DIR to another folder for now. Nothing was changed.'
    : `${path} is a database of some other program (it has the tables ${tables.slice(0, 5).join(', ')}). ` +
        'Set CONFIG_DIR to another folder. Nothing was changed.';
}
