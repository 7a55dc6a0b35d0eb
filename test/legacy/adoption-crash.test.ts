import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { adopt, openedAfter } from './adopting.ts';
import { fillV2, V2Database } from './v2-database.ts';

const child = fileURLToPath(new URL('./adopt-child.ts', import.meta.url));
const size = { files: 8000, queued: 12_000 };
/** What the databases hold, by journal. */
const before = new Map<string, unknown>();
let home = '';

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'viofosync-adoption-'));
  for (const journal of ['wal', 'delete'] as const) {
    const database = new V2Database(join(home, `${journal}.db`), { journal });
    fillV2(database, size);
    database.add('kv', { key: 'sync_paused', value: '1' });
    database.close();
    before.set(journal, contents(join(home, `${journal}.db`)));
  }
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function useCopy(journal: string): { folder: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'viofosync-adoption-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'viofosync.db');
  cpSync(join(home, `${journal}.db`), path);
  return { folder, path };
}

function contents(path: string): unknown {
  const sqlite = new SqliteDatabase(path);
  try {
    const tables = sqlite
      .prepare("select name from sqlite_master where type = 'table' order by name")
      .pluck()
      .all() as string[];
    expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
    return tables.map((table) => [table, sqlite.prepare(`select * from ${table}`).all()]);
  } finally {
    sqlite.close();
  }
}

const moments = [
  'begin',
  'create table "clip"',
  'progress clips 5000',
  'progress clips 15000',
  'progress captures 25000',
  'CREATE UNIQUE INDEX clip_on_camera',
  'insert into "app_state"',
  'drop table "clip_index"',
  'drop table "app_log"',
  'insert into "day"',
  'insert into "adoption"',
  'commit',
];

/** The rollback journal is another way to the same end: a few moments of it. */
const rollbackMoments = ['progress clips 15000', 'drop table "clip_index"', 'commit'];

test.each([
  ...moments.map((moment) => ['wal', moment] as const),
  ...rollbackMoments.map((moment) => ['delete', moment] as const),
])(
  'with the journal %s, kill -9 before %s leaves the old database whole, and the next attempt succeeds',
  async (journal, moment) => {
    const { folder, path } = useCopy(journal);
    const ended = spawnSync(process.execPath, ['--import', 'tsx', child, path, moment], { encoding: 'utf8' });
    expect(ended.signal, ended.stderr).toBe('SIGKILL');
    expect(existsSync(`${path}-wal`) || existsSync(`${path}-journal`) || moment === 'begin').toBe(true);
    expect(contents(path)).toEqual(before.get(journal));
    await adopt(path);
    const db = await openedAfter(folder);
    const { clips } = await db
      .selectFrom('clip')
      .select((eb) => eb.fn.countAll<number>().as('clips'))
      .executeTakeFirstOrThrow();
    expect(clips).toBe(size.queued);
  },
);

test('an error in the middle leaves the old database whole, and the connection as it was', async () => {
  const { path } = useCopy('wal');
  const sqlite = new SqliteDatabase(path);
  sqlite.pragma('foreign_keys = on');
  const failing = adopt(path, {
    sqlite,
    onProgress: ({ what }) => {
      if (what === 'captures') throw new Error('of my own making');
    },
  });
  await expect(failing).rejects.toThrow('of my own making');
  expect(sqlite.inTransaction).toBe(false);
  expect(sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
  sqlite.close();
  expect(contents(path)).toEqual(before.get('wal'));
});

test('a migration that fails leaves the old database whole', async () => {
  const { path } = useCopy('delete');
  const { migrations } = await import('../../src/server/db/migrations.ts');
  const broken = { up: () => Promise.reject(new Error('half a migration')) };
  const failing = adopt(path, { migrations: { ...migrations, '9999-broken': broken } });
  await expect(failing).rejects.toThrow('half a migration');
  expect(contents(path)).toEqual(before.get('delete'));
});

test('a migration that ends the transaction is noticed', async () => {
  const { path } = useCopy('wal');
  const { migrations } = await import('../../src/server/db/migrations.ts');
  const sqlite = new SqliteDatabase(path);
  const rude = { up: async () => void sqlite.exec('commit') };
  const failing = adopt(path, { sqlite, migrations: { ...migrations, '9999-rude': rude } });
  await expect(failing).rejects.toThrow('ended the transaction');
  sqlite.close();
});
