import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import {
  Kysely,
  Migrator,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Migration,
  type SqliteDialectConfig,
  type Transaction,
} from 'kysely';
import { messageOf } from '../lib/errors.ts';
import { inspectStateFile } from './inspect.ts';
import { migrations } from './migrations.ts';
import type { Schema } from './schema.ts';
import {
  copyDatabase,
  DamagedDatabaseError,
  isDamage,
  makePrivate,
  pruneCopies,
  stampOf,
} from './sqlite-files.ts';

/** The database, or a transaction in it: repository methods take part in whichever they are handed. */
export type Db = Kysely<Schema> | Transaction<Schema>;
export type Database = Kysely<Schema>;

export const databaseFileName = 'viofosync.db';
const migrationCopyPrefix = 'viofosync-before-migration-';
const migrationCopiesKept = 3;

/** The file at the database's place cannot be used; the message says what it is and what to do. It was not altered. */
export class UnusableDatabaseError extends Error {
  override name = 'UnusableDatabaseError';
}

/** `wal` needs memory that processes share, which network file systems do not have: there it is `delete`. */
export type Journal = 'wal' | 'delete';

export interface OpenOptions {
  configDir: string;
  /** For the name of the copy that is kept before migrating. */
  now: Date;
  journal?: Journal;
  /** Another list of migrations, for tests of upgrading. */
  migrations?: Record<string, Migration>;
  /** Told once SQLite finds the file damaged while it is in use. */
  onDamage?: (message: string) => void;
  /** Another place than `$CONFIG_DIR/viofosync.db`, for one that is still being made. */
  fileName?: string;
}

/**
 * Opens `$CONFIG_DIR/viofosync.db`, making or migrating it where needed. A file that is not ours, or is newer than
 * this program, is refused before anything is written to it (`UnusableDatabaseError`); a damaged one likewise
 * (`DamagedDatabaseError`).
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const path = join(options.configDir, options.fileName ?? databaseFileName);
  const list = options.migrations ?? migrations;
  await prepareFile(path, options, list);
  const sqlite = new SqliteDatabase(path);
  try {
    makePrivate(path);
    // FULL: a row that says a clip is archived must survive a power cut, for the camera's copy may be gone by then.
    for (const pragma of [
      `journal_mode = ${options.journal ?? 'wal'}`,
      'synchronous = FULL',
      'foreign_keys = ON',
      'busy_timeout = 5000',
      // In KiB: a quarter of better-sqlite3's own; the operating system keeps the file's pages too.
      'cache_size = -4000',
    ]) {
      sqlite.pragma(pragma);
    }
    const db = new Kysely<Schema>({
      dialect: new TransactionalSqlite({ database: sqlite }),
      log: (event) => {
        if (event.level === 'error' && isDamage(event.error)) options.onDamage?.(messageOf(event.error));
      },
    });
    await migrate(db, list);
    return db;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** Refuses what cannot be opened; keeps a copy of what is about to be migrated. */
async function prepareFile(
  path: string,
  options: OpenOptions,
  list: Record<string, Migration>,
): Promise<void> {
  const found = inspectStateFile(path, list);
  if (found.kind === 'refused') throw new UnusableDatabaseError(found.message);
  if (found.kind === 'damaged') {
    throw new DamagedDatabaseError(`${path} cannot be read as a database (${found.message}).`);
  }
  if (found.kind === 'v2') {
    throw new UnusableDatabaseError(
      `${path} belongs to the Python viofosync (${found.generation}); starting this program takes it over. Nothing was changed.`,
    );
  }
  if (found.kind === 'absent' || found.pending.length === 0) return;
  const copy = `${migrationCopyPrefix}${stampOf(+options.now)}.db`;
  await copyDatabase(path, join(options.configDir, copy));
  pruneCopies(options.configDir, migrationCopyPrefix, migrationCopiesKept);
}

/** SQLite can undo changes of tables, but Kysely does not rely on it unless told: a crash must not leave half a migration. */
class TransactionalSqlite extends SqliteDialect {
  private readonly config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.config = config;
  }

  override createDriver(): SqliteDriver {
    return new FullDiskDriver(this.config);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/** SQLite itself takes a transaction back when its disk is full; a second rollback must not hide why. */
class FullDiskDriver extends SqliteDriver {
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch((error: unknown) => {
      if (!messageOf(error).includes('no transaction is active')) throw error;
    });
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
