import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { migrations } from '../src/server/db/migrations.ts';
import { databaseFileName, openDatabase } from '../src/server/db/open.ts';
import { faultOf } from '../src/server/db/sqlite-files.ts';

const names = Object.keys(migrations);
const storedAt = (name: string) => fileURLToPath(new URL(`./schemas/${name}.sql`, import.meta.url));

async function useStored(name: string) {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-schema-'));
  onTestFinished(() => rm(configDir, { recursive: true, force: true }));
  const path = join(configDir, databaseFileName);
  const file = new SqliteDatabase(path);
  file.pragma('foreign_keys = OFF');
  file.exec(readFileSync(storedAt(name), 'utf8'));
  file.close();
  return { configDir, path };
}

const rowsIn = (path: string): Record<string, number> => {
  const file = new SqliteDatabase(path, { readonly: true });
  const tables = file
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    .pluck();
  const counts = (tables.all() as string[]).map((table) => [
    table,
    file.prepare(`select count(*) from "${table}"`).pluck().get(),
  ]);
  file.close();
  return Object.fromEntries(counts) as Record<string, number>;
};

test('the schema of every release is stored, as it was', () => {
  // The newest one may still change until it is released: it is stored then (test/schemas/store.ts).
  for (const name of names.slice(0, -1)) expect(existsSync(storedAt(name)), name).toBe(true);
});

test.each(names.filter((name) => existsSync(storedAt(name))))(
  'a database of %s becomes one of this version, with all its rows, and a copy of it is kept',
  async (name) => {
    const { configDir, path } = await useStored(name);
    const before = rowsIn(path);
    const db = await openDatabase({ configDir, now: new Date(0) });
    const clips = await db.selectFrom('clip').select(['name', 'state', 'local_start']).execute();
    await db.destroy();
    expect(clips).toEqual([{ name: 'name', state: 'archived', local_start: '2026-06-28T13:34:16' }]);
    const after = rowsIn(path);
    for (const [table, count] of Object.entries(before)) {
      if (!table.startsWith('kysely_')) expect([table, after[table]]).toEqual([table, count]);
    }
    expect(after['kysely_migration']).toBe(names.length);
    expect(faultOf(path)).toBeNull();
    const copies = (await readdir(configDir)).filter((file) =>
      file.startsWith('viofosync-before-migration-'),
    );
    expect(copies).toHaveLength(name === names.at(-1) ? 0 : 1);
    if (copies[0] !== undefined) expect(rowsIn(join(configDir, copies[0]))).toEqual(before);
  },
);

test('what the archive of an earlier version holds is counted by day, kind and channel when it is migrated', async () => {
  const { configDir } = await useStored('0003-sync');
  const db = await openDatabase({ configDir, now: new Date(0) });
  const usage = await db.selectFrom('day_usage').selectAll().execute();
  await db.destroy();
  const counts = { clips: 1, bytes: 1, kept_clips: 1, kept_bytes: 1, locked_clips: 0, locked_bytes: 0 };
  expect(usage).toEqual([
    { local_day: '2026-06-28', camera_id: 1, kind: 'kind', channel: 'channel', ...counts },
  ]);
});

test('three copies of before a migration are kept, the newest', async () => {
  const { configDir, path } = await useStored('0001-ledger');
  const stored = readFileSync(path);
  const { writeFileSync } = await import('node:fs');
  for (let day = 1; day <= 5; day++) {
    for (const ending of ['-wal', '-shm']) await rm(path + ending, { force: true });
    writeFileSync(path, stored);
    await (await openDatabase({ configDir, now: new Date(Date.UTC(2026, 5, day)) })).destroy();
  }
  const copies = (await readdir(configDir)).filter((file) => file.startsWith('viofosync-before-migration-'));
  expect(copies.toSorted()).toEqual(
    ['03', '04', '05'].map((day) => `viofosync-before-migration-202606${day}-000000.db`),
  );
});
