import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { CompiledQuery, Kysely, Migration } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { V2Database } from '../../../test/legacy/v2-database.ts';
import { ClipRepository } from '../archive/clip-repository.ts';
import { captureFor, capturesOfDay } from '../archive/capture-repository.ts';
import { archiveTotals, dayOf, listDays, refreshDays } from '../archive/day-repository.ts';
import { migrations } from './migrations.ts';
import { databaseFileName, openDatabase, UnusableDatabaseError, type Database } from './open.ts';
import { DamagedDatabaseError } from './sqlite-files.ts';

const now = new Date('2026-06-28T13:34:16Z');

async function useFolder(): Promise<{ configDir: string; path: string }> {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-db-'));
  onTestFinished(() => rm(configDir, { recursive: true, force: true }));
  return { configDir, path: join(configDir, databaseFileName) };
}

async function useDatabase(configDir: string, list?: Record<string, Migration>): Promise<Database> {
  const db = await openDatabase({ configDir, now, ...(list && { migrations: list }) });
  onTestFinished(() => db.destroy());
  return db;
}

const hashOf = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

const extra: Record<string, Migration> = {
  ...migrations,
  '9999-test': {
    up: async (db: Kysely<unknown>) => db.schema.createTable('extra').addColumn('x', 'text').execute(),
  },
};

const pragma = async (db: Database, name: string) =>
  (await db.executeQuery<Record<string, unknown>>(rawQuery(`pragma ${name}`))).rows[0]?.[name];

const rawQuery = (text: string): CompiledQuery =>
  ({ sql: text, parameters: [], query: { kind: 'RawNode' } }) as unknown as CompiledQuery;

test('a new database is made with write-ahead log, full sync and foreign keys', async () => {
  const { configDir } = await useFolder();
  const db = await useDatabase(configDir);
  expect(await pragma(db, 'journal_mode')).toBe('wal');
  expect(await pragma(db, 'synchronous')).toBe(2);
  expect(await pragma(db, 'foreign_keys')).toBe(1);
  expect(await archiveTotals(db)).toEqual({ clips: 0, bytes: 0 });
});

test('a database is opened again with what was in it, without a copy', async () => {
  const { configDir } = await useFolder();
  const first = await openDatabase({ configDir, now });
  await first.insertInto('app_state').values({ key: 'a', value: 'b' }).execute();
  await first.destroy();
  const again = await useDatabase(configDir);
  expect(await again.selectFrom('app_state').selectAll().execute()).toEqual([{ key: 'a', value: 'b' }]);
  expect((await readdir(configDir)).filter((name) => name.includes('before-migration'))).toEqual([]);
});

test('a copy is kept before migrating, with the rows of before', async () => {
  const { configDir } = await useFolder();
  const first = await openDatabase({ configDir, now });
  await first.insertInto('app_state').values({ key: 'a', value: 'b' }).execute();
  await first.destroy();
  await useDatabase(configDir, extra);
  const copy = new SqliteDatabase(join(configDir, 'viofosync-before-migration-20260628-133416.db'), {
    readonly: true,
  });
  onTestFinished(() => void copy.close());
  expect(copy.prepare('select value from app_state').pluck().all()).toEqual(['b']);
  expect(copy.prepare("select count(*) from sqlite_master where name = 'extra'").pluck().get()).toBe(0);
});

async function expectRefused(
  configDir: string,
  path: string,
  message: RegExp,
  kind: new () => Error = UnusableDatabaseError,
): Promise<void> {
  const before = await hashOf(path);
  const names = await readdir(configDir);
  const opened = openDatabase({ configDir, now });
  await expect(opened).rejects.toThrow(kind);
  await expect(opened).rejects.toThrow(message);
  expect(await hashOf(path)).toBe(before);
  expect(await readdir(configDir), 'nothing was put beside it').toEqual(names);
}

test('a database of a newer version is refused and not altered', async () => {
  const { configDir, path } = await useFolder();
  await (await openDatabase({ configDir, now, migrations: extra })).destroy();
  await expectRefused(configDir, path, /newer version.*has '9999-test', this one knows up to '\d{4}-/);
});

test.each(['delete', 'wal'] as const)(
  'the Python version’s database (journal mode %s) is refused by name and not altered',
  async (journal) => {
    const { configDir, path } = await useFolder();
    const v2 = new V2Database(path, { journal });
    v2.addFile('2026_0628_133416_0001F.MP4');
    v2.close();
    await expectRefused(configDir, path, /Python viofosync.*starting this program takes it over/);
  },
);

test("some other program's database is refused with its tables named", async () => {
  const { configDir, path } = await useFolder();
  const foreign = new SqliteDatabase(path);
  foreign.exec('create table recipes (id integer)');
  foreign.close();
  await expectRefused(configDir, path, /recipes/);
});

test('a file that is no database is damaged, and not altered', async () => {
  const { configDir, path } = await useFolder();
  await writeFile(path, 'this is not a database, however long the text may be. '.repeat(100));
  await expectRefused(configDir, path, /cannot be read as a database/, DamagedDatabaseError);
});

test('a file that holds nothing is no database yet, and is made one', async () => {
  const { configDir, path } = await useFolder();
  await writeFile(path, '');
  expect(await archiveTotals(await useDatabase(configDir))).toEqual({ clips: 0, bytes: 0 });
});

test('on a network file system there is no write-ahead log', async () => {
  const { configDir } = await useFolder();
  await (await openDatabase({ configDir, now })).destroy();
  const db = await openDatabase({ configDir, now, journal: 'delete' });
  onTestFinished(() => db.destroy());
  expect(await pragma(db, 'journal_mode')).toBe('delete');
  await db.insertInto('app_state').values({ key: 'a', value: 'b' }).execute();
  expect((await readdir(configDir)).toSorted()).toEqual([databaseFileName]);
});

test('a migration that fails leaves the database as it was', async () => {
  const { configDir } = await useFolder();
  await (await openDatabase({ configDir, now })).destroy();
  const failing = {
    ...migrations,
    '9999-bad': {
      up: async (db: Kysely<unknown>) => {
        await db.schema.createTable('half').addColumn('x', 'text').execute();
        throw new Error('broken migration');
      },
    },
  };
  await expect(openDatabase({ configDir, now, migrations: failing })).rejects.toThrow('broken migration');
  const db = await useDatabase(configDir);
  expect((await db.introspection.getTables()).map((table) => table.name)).not.toContain('half');
});

/** Every statement that the calls make, with SQLite's plan of each. */
async function plansOf(
  db: Database,
  configDir: string,
  calls: (db: Database) => Promise<unknown>,
): Promise<string[]> {
  const statements: string[] = [];
  const spied = db.withPlugin({
    transformQuery: ({ node }) => {
      statements.push(db.getExecutor().compileQuery(node, { queryId: 'plan' }).sql);
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  await calls(spied);
  const sqlite = new SqliteDatabase(join(configDir, databaseFileName), { readonly: true });
  onTestFinished(() => void sqlite.close());
  return statements.flatMap((text) => {
    const parameters = Array.from({ length: text.split('?').length - 1 }, () => 1);
    const rows = sqlite.prepare(`explain query plan ${text}`).all(...parameters) as { detail: string }[];
    return rows.map((row) => `${row.detail}   [${text}]`);
  });
}

test('what runs for each clip, listing or request scans neither the clips nor the captures', async () => {
  const { configDir } = await useFolder();
  const db = await useDatabase(configDir);
  const clips = new ClipRepository();
  const plans = await plansOf(db, configDir, async (spied) => {
    await clips.byId(spied, 1);
    await clips.byIds(spied, [1, 2]);
    await clips.present(spied, 1, { afterId: 0, limit: 10 });
    await clips.byNames(spied, 1, ['x']);
    await clips.wanted(spied, 1);
    await clips.recoverInterrupted(spied, 0, 1);
    await clips.pathIsTaken(spied, 'x', 1);
    await clips.refresh(spied, [{ camera_id: 1, local_day: '2026-06-28', capture_id: 1 }]);
    await refreshDays(spied, 1, ['2026-06-28']);
    await capturesOfDay(spied, '2026-06-28');
    await listDays(spied, { limit: 60 });
    await dayOf(spied, '2026-06-28');
    await archiveTotals(spied);
    const key = {
      startedAt: 1,
      localStart: '2026-06-28T00:00:00',
      channel: 'front',
      kind: 'normal',
    } as const;
    await captureFor(spied, { ...key, cameraId: 1, locked: false }).catch(() => undefined);
  });
  expect(plans.length).toBeGreaterThan(15);
  const unindexed = /^SCAN (clip|capture)\b(?!.*USING (COVERING )?INDEX clip_wanted)/;
  expect(plans.filter((plan) => unindexed.test(plan))).toEqual([]);
  const of = (text: string) => plans.filter((plan) => plan.includes(text) && !plan.includes('USE TEMP'));
  expect(of("state in ('waiting'").filter((plan) => !/sum\(case|clip_wanted/.test(plan))).toEqual([]);
  expect(of("state in ('waiting'").length).toBeGreaterThanOrEqual(4);
  expect(of('"remote_gone_at" is null').map((plan) => /clip_present/.test(plan))).toEqual([true]);
});
