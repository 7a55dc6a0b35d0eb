/**
 * `npx tsx test/schemas/store.ts`: writes the schema of the newest migration with a row in every table, as SQL, to
 * this folder. Run it when a version is released; what is stored is never changed.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import SqliteDatabase from 'better-sqlite3';
import { migrations } from '../../src/server/db/migrations.ts';
import { openDatabase } from '../../src/server/db/open.ts';

const name = process.argv[2] ?? Object.keys(migrations).at(-1) ?? '';
const upTo = Object.keys(migrations).indexOf(name) + 1;
const target = fileURLToPath(new URL(`./${name}.sql`, import.meta.url));
if (upTo === 0 || existsSync(target)) throw new Error(`${name} is no migration, or is stored already`);

const folder = mkdtempSync(join(tmpdir(), 'viofosync-schema-'));
const list = Object.fromEntries(Object.entries(migrations).slice(0, upTo));
await (await openDatabase({ configDir: folder, now: new Date(), migrations: list })).destroy();
const file = new SqliteDatabase(join(folder, 'viofosync.db'));
const objects = file
  .prepare(
    "select name, type, sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid",
  )
  .all() as { name: string; type: string; sql: string }[];
const isVirtual = ({ sql }: { sql: string }) => /^create virtual table/i.test(sql);
/** An R-tree makes tables of its own, under its name. */
const inner = new Set(
  objects
    .filter(isVirtual)
    .flatMap(({ name: tree }) => ['node', 'rowid', 'parent'].map((part) => `${tree}_${part}`)),
);
const ours = objects.filter((object) => !inner.has(object.name));
const tables = ours.filter((object) => object.type === 'table').map((object) => object.name);
file.pragma('foreign_keys = OFF');
for (const table of tables) if (!table.startsWith('kysely_')) fill(table);
const lines = [
  'begin;',
  ...ours.filter(({ type }) => type === 'table').map(({ sql }) => `${sql};`),
  ...tables.flatMap(rowsOf),
  ...ours.filter(({ type }) => type !== 'table').map(({ sql }) => `${sql};`),
  'commit;',
];
file.close();
rmSync(folder, { recursive: true });
writeFileSync(target, `${lines.join('\n')}\n`);

/** One row: 1 for numbers, the column's name for text, a byte for bytes. */
function fill(table: string): void {
  const columns = file.pragma(`table_info("${table}")`) as { name: string; type: string }[];
  const values = columns.map((column) => valueOf(column));
  file.prepare(`insert into "${table}" values (${columns.map(() => '?').join(', ')})`).run(...values);
}

function valueOf(column: { name: string; type: string }): number | string | Buffer {
  if (column.type.toLowerCase() === 'blob') return Buffer.from([1]);
  if (column.type.toLowerCase() !== 'text') return 1;
  return (
    { local_day: '2026-06-28', local_start: '2026-06-28T13:34:16', state: 'archived' }[column.name] ??
    column.name
  );
}

function rowsOf(table: string): string[] {
  const columns = (file.pragma(`table_info("${table}")`) as { name: string }[]).map(
    (column) => `quote("${column.name}")`,
  );
  const rows = file
    .prepare(`select ${columns.join(" || ', ' || ")} from "${table}"`)
    .pluck()
    .all() as string[];
  return rows.map((row) => `insert into "${table}" values (${row});`);
}
