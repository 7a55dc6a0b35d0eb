import type SqliteDatabase from 'better-sqlite3';
import { Kysely, Migrator, sql, SqliteDialect, type Migration } from 'kysely';
import type { AdoptionReport } from '../../../shared/system.ts';
import { compiler } from '../compiler.ts';
import { countDays } from '../day-counts.ts';
import { migrations as allMigrations } from '../migrations.ts';
import type { Schema } from '../schema.ts';
import { adoptClips } from './adopt-clips.ts';
import { adoptExports, adoptKv, adoptPlaces, countLeftovers } from './adopt-others.ts';
import type { Adoption } from './adoption.ts';
import { RootVotes } from './place-policy.ts';
import { v2Generation, v2Tables } from './recognise.ts';
import { ReportWriter } from './report-writer.ts';
import { all, run, type Sqlite } from './statements.ts';
import { tablesOf, V2Reader, type Tables } from './v2-reader.ts';

export interface AdoptOptions {
  /** Open for writing on the file of the existing system, of which the caller keeps a full copy. */
  sqlite: SqliteDatabase.Database;
  /** IANA name of the zone its times are in. */
  zone: string;
  /** The archive root now, absolute. */
  recordings: string;
  /** As it was set; null when none was. */
  camera: { address: string; alternativeAddress: string | null } | null;
  /** UTC milliseconds. */
  now: number;
  /** Name of the kept copy, for the report. */
  copy: string | null;
  /** Called every few thousand rows. */
  onProgress(progress: { done: number; total: number; what: string }): void;
  migrations?: Record<string, Migration>;
}

/**
 * Makes a database of the existing system ours, in one transaction: our tables, its rows in them, its own tables
 * dropped. After an error or a crash at any point the file is what it was. Memory stays small whatever its size.
 */
export async function adoptV2(options: AdoptOptions): Promise<AdoptionReport> {
  const { sqlite } = options;
  const began = performance.now();
  const foreignKeys = sqlite.pragma('foreign_keys', { simple: true });
  // Has no effect within a transaction. Captures come after their clips; all is checked before the end.
  sqlite.pragma('foreign_keys = off');
  sqlite.exec('begin immediate');
  try {
    const report = await adoptInTransaction(options, began);
    sqlite.exec('commit');
    return report;
  } catch (error) {
    if (sqlite.inTransaction) sqlite.exec('rollback');
    throw error;
  } finally {
    sqlite.pragma(`foreign_keys = ${Number(foreignKeys)}`);
  }
}

async function adoptInTransaction(options: AdoptOptions, began: number): Promise<AdoptionReport> {
  const { sqlite, now } = options;
  const tables = tablesOf(sqlite);
  const generation = v2Generation(tables);
  if (generation === null) throw new Error('this is no database of the existing system');
  const stood = clearTheWay(sqlite, tables);
  await migrate(sqlite, options.migrations ?? allMigrations);
  const adoption = prepareAdoption(options, tables);
  adoption.report.warnings.push(...stood);
  const { isFork } = adoptClips(adoption);
  adoptExports(adoption);
  adoptPlaces(adoption);
  adoptKv(adoption);
  countLeftovers(adoption);
  warnOf(adoption, tables);
  dropTables(sqlite, tables);
  for (const counting of countDays(compiler)) run(sqlite, counting.compile());
  expectSound(sqlite);
  const report: AdoptionReport = {
    generation: generation === '2.5' && isFork ? '2.5 fork' : generation,
    copy: options.copy,
    lines: adoption.report.lines(),
    aside: adoption.report.asideLines(),
    warnings: adoption.report.warnings,
    tookMs: Math.round(performance.now() - began),
  };
  const row = { at: now, kind: 'v2_database', report: JSON.stringify(report) } as const;
  run(sqlite, compiler.insertInto('adoption').values(row).compile());
  return report;
}

/**
 * What users have added to the file: views and triggers speak of tables that will be gone, and a table may have a name
 * of ours. They stay in the copy. Returns warnings.
 */
function clearTheWay(sqlite: Sqlite, tables: Tables): string[] {
  const objects = sqlite
    .prepare("select type, name from sqlite_master where type in ('view', 'trigger')")
    .all() as { type: 'view' | 'trigger'; name: string }[];
  for (const { type, name } of objects) {
    const drop = type === 'view' ? sql`drop view if exists ` : sql`drop trigger if exists `;
    run(sqlite, sql`${drop}${sql.ref(name)}`.compile(compiler));
  }
  const taken = [...tables.keys()].filter((name) => ourTables.has(name.toLowerCase()));
  for (const name of taken) {
    run(sqlite, compiler.schema.alterTable(name).renameTo(`v2_${name}`).compile());
  }
  return [
    ...objects.map(({ type, name }) => `the ${type} ${name} is in the kept copy only`),
    ...taken.map((name) => `the table ${name}, which nobody knows, is called v2_${name} now`),
  ];
}

/** On the same connection and so within its open transaction. */
async function migrate(sqlite: Sqlite, list: Record<string, Migration>): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqlite }) });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => list },
    disableTransactions: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  if (!sqlite.inTransaction) throw new Error('a migration ended the transaction of the adoption');
}

/** Those that rows of the existing system go to, and that the program makes beside them. */
const ourTables: ReadonlySet<string> = new Set([
  'camera',
  'capture',
  'clip',
  'day',
  'day_channel',
  'part',
  'listing',
  'visit',
  'problem',
  'app_state',
  'adoption',
  'adopted',
  'geocode',
  'export',
  'user',
  'session',
] satisfies (keyof Schema)[]);

function prepareAdoption(options: AdoptOptions, tables: Tables): Adoption {
  const { sqlite } = options;
  const reader = new V2Reader(sqlite, tables);
  const votes = new RootVotes(options.recordings);
  for (const path of reader.values('clip_index', 'path')) votes.add(path);
  for (const path of reader.values('export_jobs', 'output_path')) votes.add(path);
  return { options, sqlite, reader, roots: votes.roots(), report: new ReportWriter(sqlite) };
}

function warnOf({ roots, report }: Adoption, tables: Tables): void {
  if (roots.former !== null) {
    report.warnings.push(
      `the recordings were at ${roots.former} before and are looked for at ${roots.current} now`,
    );
  }
  const known: readonly string[] = v2Tables;
  const others = [...tables.keys()].filter((table) => !known.includes(table));
  if (others.length > 0) report.warnings.push(`tables nobody knows were left alone: ${others.join(', ')}`);
}

/** Their rows are ours now, or set aside, or in the copy alone. */
function dropTables(sqlite: Sqlite, tables: Tables): void {
  for (const table of v2Tables) {
    if (tables.has(table)) run(sqlite, compiler.schema.dropTable(table).compile());
  }
}

function expectSound(sqlite: Sqlite): void {
  // Of tables that are not ours nothing is promised.
  const violations = [...ourTables].flatMap(
    (table) => sqlite.pragma(`foreign_key_check(${table})`) as unknown[],
  );
  if (violations.length > 0) throw new Error(`${violations.length} adopted rows refer to nothing`);
  const clips = compiler.selectFrom('clip').select('id').where('capture_id', '=', 0).limit(1);
  if (all(sqlite, clips.compile()).length > 0) throw new Error('an adopted clip has no capture');
}
