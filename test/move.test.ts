import { spawnSync } from 'node:child_process';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { findLegacy, legacyFileName, moveLegacy, retireLegacy } from '../src/server/db/move-legacy.ts';
import { databaseFileName, openDatabase } from '../src/server/db/open.ts';
import { routes } from '../src/shared/routes.ts';
import { useMount } from './mounts.ts';
import { waitLong } from './scenario.ts';
import { runToEnd } from './server-process.ts';
import { startTestApp, type TestAppOptions } from './test-app.ts';

interface Folders {
  configDir: string;
  recordings: string;
  legacy: string;
  target: string;
}

async function useFolders(): Promise<Folders> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-move-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const configDir = join(home, 'config');
  const recordings = join(home, 'recordings');
  await mkdir(configDir);
  await mkdir(recordings);
  return {
    configDir,
    recordings,
    legacy: join(recordings, legacyFileName),
    target: join(configDir, databaseFileName),
  };
}

/** A database of any kind: the move does not ask what is in it. Kept open, so that the last rows are in its log alone. */
function writeLegacy(path: string, { rows = 100, logged = 0 } = {}): SqliteDatabase.Database {
  const file = new SqliteDatabase(path);
  file.pragma('journal_mode = WAL');
  file.pragma('wal_autocheckpoint = 0');
  file.exec('create table kv (key text primary key, value text)');
  const add = file.prepare('insert into kv values (?, ?)');
  for (let row = 0; row < rows; row++) add.run(`row-${row}`, 'x'.repeat(200));
  file.pragma('wal_checkpoint(TRUNCATE)');
  for (let row = 0; row < logged; row++) add.run(`logged-${row}`, 'in the log alone');
  onTestFinished(() => void file.close());
  return file;
}

const keysOf = (path: string) => {
  const file = new SqliteDatabase(path, { readonly: true });
  try {
    return file.prepare('select count(*) from kv').pluck().get() as number;
  } finally {
    file.close();
  }
};

const namesIn = async (folder: string) => (await readdir(folder)).toSorted();

async function bootsWith(folders: Folders, options: TestAppOptions = {}) {
  const app = await startTestApp({ ...folders, ...options });
  onTestFinished(() => app.close());
  return app;
}

test('the legacy file becomes the new one and stays beside the recordings under another name', async () => {
  const folders = await useFolders();
  writeLegacy(folders.legacy, { rows: 500 }).close();
  expect(await moveLegacy(folders)).toEqual([]);
  expect(await retireLegacy(folders.configDir, folders.recordings)).toBeNull();
  expect(await namesIn(folders.configDir)).toEqual([databaseFileName]);
  expect(await namesIn(folders.recordings)).toEqual([`${legacyFileName}.migrated`]);
  expect(keysOf(folders.target)).toBe(500);
  expect(keysOf(`${folders.recordings}/${legacyFileName}.migrated`)).toBe(500);
});

test('rows that only the log of the legacy file holds come along, and stay in the fallback', async () => {
  const folders = await useFolders();
  const home = await useFolders();
  writeLegacy(home.legacy, { rows: 100, logged: 50 });
  // As after a power cut: the log was never taken in.
  for (const ending of ['', '-wal', '-shm']) await cp(home.legacy + ending, folders.legacy + ending);
  await moveLegacy(folders);
  await retireLegacy(folders.configDir, folders.recordings);
  expect(keysOf(folders.target)).toBe(150);
  expect(keysOf(`${folders.recordings}/${legacyFileName}.migrated`)).toBe(150);
});

test('when both exist the new file wins, and neither is touched', async () => {
  const folders = await useFolders();
  writeLegacy(folders.legacy, { rows: 5 }).close();
  writeLegacy(folders.target, { rows: 7 }).close();
  const before = [await readFile(folders.legacy), await readFile(folders.target)];
  await moveLegacy(folders);
  expect(await retireLegacy(folders.configDir, folders.recordings)).toBeNull();
  expect([await readFile(folders.legacy), await readFile(folders.target)]).toEqual(before);
  expect(await namesIn(folders.recordings)).toEqual([legacyFileName]);
});

test('a new file that a crash left empty does not win', async () => {
  const folders = await useFolders();
  writeLegacy(folders.legacy, { rows: 5 }).close();
  await writeFile(folders.target, '');
  await moveLegacy(folders);
  expect(keysOf(folders.target)).toBe(5);
});

test('with nothing to move nothing happens', async () => {
  const folders = await useFolders();
  expect(await findLegacy(folders.recordings)).toEqual({ kind: 'absent', isEmpty: true });
  expect(await moveLegacy(folders)).toEqual([]);
  expect(await namesIn(folders.configDir)).toEqual([]);
  expect(await findLegacy(join(folders.recordings, 'not mounted'))).toEqual({
    kind: 'absent',
    isEmpty: true,
  });
  await writeFile(join(folders.recordings, 'something'), '');
  expect(await findLegacy(folders.recordings)).toEqual({ kind: 'absent', isEmpty: false });
});

test('an earlier fallback is not overwritten', async () => {
  const folders = await useFolders();
  await writeFile(`${folders.legacy}.migrated`, 'from before');
  writeLegacy(folders.legacy).close();
  await moveLegacy(folders);
  await retireLegacy(folders.configDir, folders.recordings);
  expect(await namesIn(folders.recordings)).toEqual([
    `${legacyFileName}.migrated`,
    `${legacyFileName}.migrated-2`,
  ]);
  expect(await readFile(`${folders.legacy}.migrated`, 'utf8')).toBe('from before');
});

test('a log of garbage beside the legacy file is no end', async () => {
  const folders = await useFolders();
  writeLegacy(folders.legacy, { rows: 20 }).close();
  await writeFile(`${folders.legacy}-wal`, Buffer.alloc(8192, 'garbage'));
  await moveLegacy(folders);
  expect(keysOf(folders.target)).toBe(20);
});

test('a log that cannot be read is a warning, not an end', async () => {
  const folders = await useFolders();
  writeLegacy(folders.legacy, { rows: 20 }).close();
  // A folder in the place of the log: neither SQLite nor a copy can read it, whoever runs the test.
  await mkdir(`${folders.legacy}-wal`);
  const warnings = await moveLegacy(folders);
  expect(warnings.join('\n')).toMatch(/could not read .*instead\n.*-wal could not be copied/);
  expect(keysOf(folders.target)).toBe(20);
});

test('a log left at the new place belongs to another database and is set aside', async () => {
  const folders = await useFolders();
  const other = await useFolders();
  writeLegacy(other.legacy, { rows: 3, logged: 9 });
  await cp(`${other.legacy}-wal`, `${folders.target}-wal`);
  writeLegacy(folders.legacy, { rows: 5 }).close();
  // SQLite counts a lone log as no database.
  await rm(folders.target, { force: true });
  await moveLegacy(folders);
  await retireLegacy(folders.configDir, folders.recordings);
  expect(await namesIn(folders.configDir)).toContain(`${databaseFileName}-wal`);
});

test('a damaged legacy file ends the move and is not replaced', async () => {
  const folders = await useFolders();
  writeLegacy(folders.legacy, { rows: 2000 }).close();
  const bytes = await readFile(folders.legacy);
  await writeFile(folders.legacy, bytes.fill(0xaa, 8192, 60_000));
  await expect(moveLegacy(folders)).rejects.toThrow(/damaged|malformed/);
  expect((await namesIn(folders.configDir)).filter((name) => name === databaseFileName)).toEqual([]);
  expect(await namesIn(folders.recordings)).toEqual([legacyFileName]);
});

test('a rename that fails is a warning, and the move is not repeated', async () => {
  const folders = await useFolders();
  writeLegacy(folders.legacy, { rows: 5 }).close();
  await moveLegacy(folders);
  const file = writeLegacy(folders.legacy.replace(legacyFileName, 'other.db'));
  file.close();
  // It has changed since: whoever wrote to it may still do so.
  const legacy = new SqliteDatabase(folders.legacy);
  legacy.exec("insert into kv values ('later', 'x')");
  legacy.close();
  expect(await retireLegacy(folders.configDir, folders.recordings)).toMatch(
    /could not be renamed.*changed since/,
  );
  expect(await moveLegacy(folders)).toEqual([]);
  expect(await retireLegacy(folders.configDir, folders.recordings)).toBeNull();
  expect(keysOf(folders.target)).toBe(5);
  expect(keysOf(folders.legacy)).toBe(6);
});

test.each(['copied', 'noted', 'placed', 'retired'])(
  'a power cut after the step "%s" leaves a state that the next start goes on from',
  async (step) => {
    const folders = await useFolders();
    writeLegacy(folders.legacy, { rows: 300 }).close();
    const script = fileURLToPath(new URL('./move-steps.ts', import.meta.url));
    const { signal } = spawnSync(
      process.execPath,
      ['--import', 'tsx', script, folders.configDir, folders.recordings, step],
      { stdio: 'inherit' },
    );
    expect(signal).toBe('SIGKILL');
    await moveLegacy(folders);
    await retireLegacy(folders.configDir, folders.recordings);
    expect(keysOf(folders.target)).toBe(300);
    expect(await namesIn(folders.configDir)).toEqual([databaseFileName]);
    expect(await namesIn(folders.recordings)).toEqual([`${legacyFileName}.migrated`]);
  },
);

/** A database of our own, as the tests of the whole program can open it. */
async function writeOwn(folders: Folders): Promise<void> {
  const db = await openDatabase({
    configDir: folders.recordings,
    fileName: legacyFileName,
    now: new Date(0),
  });
  await db.insertInto('app_state').values({ key: 'sync.paused', value: '1' }).execute();
  await db.destroy();
}

test('the program moves the file when it starts, says so in its log, and has what was in it', async () => {
  const folders = await useFolders();
  await writeOwn(folders);
  const app = await bootsWith(folders);
  expect((await app.call(routes.getStatus)).sync.paused).toBe(true);
  expect(app.log.map((line) => line['msg'])).toContain(
    `migrating state db: ${folders.legacy} -> ${folders.target}`,
  );
  await vi.waitFor(async () => {
    expect(await namesIn(folders.recordings)).toContain(`${legacyFileName}.migrated`);
  }, waitLong);
  await app.restart();
  expect(app.log.filter((line) => String(line['msg']).startsWith('migrating state db'))).toHaveLength(1);
});

test('a config folder without room ends the start loudly and never opens an empty database', async () => {
  const folders = await useFolders();
  writeLegacy(folders.legacy, { rows: 5000 }).close();
  const small = await useMount('size=400k');
  const ended = await runToEnd([], {
    CONFIG_DIR: small.path,
    RECORDINGS: folders.recordings,
    WEB_PORT: '0',
  });
  expect(ended.code).not.toBe(0);
  expect(ended.stderr).toMatch(
    /could not be moved from .*disk of CONFIG_DIR is full.*Mend that and start again/,
  );
  expect(await namesIn(small.path)).not.toContain(databaseFileName);
  expect(await namesIn(folders.recordings)).toEqual([legacyFileName]);
  expect(keysOf(folders.legacy)).toBe(5000);
});

test('a state file that lies there unused is shown as a problem with what to do', async () => {
  const folders = await useFolders();
  const first = await bootsWith(folders);
  writeLegacy(folders.legacy).close();
  await first.restart();
  await vi.waitFor(async () => {
    const { problems } = await first.call(routes.getStatus);
    expect(problems.find((problem) => problem.key === 'database:legacy')?.message).toMatch(/is not used/);
  }, waitLong);
  await rm(folders.legacy);
  await first.restart();
  await vi.waitFor(async () => {
    const { problems } = await first.call(routes.getStatus);
    expect(problems.filter((problem) => problem.key === 'database:legacy')).toEqual([]);
  }, waitLong);
});

test('a recordings volume that does not answer is waited for on the page, and a person may go on without it', async () => {
  const folders = await useFolders();
  await rm(folders.recordings, { recursive: true });
  // A link to itself: the volume cannot be asked, and not for being absent.
  await symlink(folders.recordings, folders.recordings);
  const app = await bootsWith(folders, { awaitReady: false, legacyRetryMs: 20 });
  await vi.waitFor(async () => {
    const startup = await app.call(routes.getStartup);
    expect(startup).toMatchObject({ phase: 'attention', choices: [{ id: 'start_empty' }] });
    expect(startup.message).toContain('does not answer');
  }, waitLong);
  expect(await (await app.fetch('/api/health')).json()).toMatchObject({ status: 'attention' });
  const refused = await app.fetch('/api/status');
  expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'starting' } }]);
  expect(await namesIn(folders.configDir)).not.toContain(databaseFileName);
  await app.call(routes.chooseAtStartup, { body: { choice: 'start_empty' } });
  await app.app.ready;
  expect((await app.call(routes.getStartup)).phase).toBe('ready');
});

test('a volume that comes back is looked at by itself, and what lies there is taken over', async () => {
  const folders = await useFolders();
  await writeOwn(folders);
  await cp(folders.recordings, `${folders.recordings}.real`, { recursive: true });
  await rm(folders.recordings, { recursive: true });
  await symlink(folders.recordings, folders.recordings);
  const app = await bootsWith(folders, { awaitReady: false, legacyRetryMs: 20 });
  await vi.waitFor(async () => expect((await app.call(routes.getStartup)).phase).toBe('attention'), waitLong);
  // At once, for a folder that is not there at all is a new installation.
  await symlink(`${folders.recordings}.real`, `${folders.recordings}.link`);
  await rename(`${folders.recordings}.link`, folders.recordings);
  await app.app.ready;
  expect((await app.call(routes.getStatus)).sync.paused).toBe(true);
});

test('the state database can be read by its owner alone', async () => {
  const folders = await useFolders();
  writeLegacy(folders.legacy).close();
  await chmod(folders.legacy, 0o644);
  await moveLegacy(folders);
  const { stat } = await import('node:fs/promises');
  expect((await stat(folders.target)).mode & 0o777).toBe(0o600);
});

test('an empty recordings folder beside settings of an earlier version is asked about, for a share may be missing', async () => {
  const folders = await useFolders();
  await writeFile(join(folders.configDir, 'config.json'), JSON.stringify({ ADDRESS: '192.0.2.1' }));
  const app = await bootsWith(folders, { awaitReady: false, legacyRetryMs: 20 });
  await vi.waitFor(async () => expect((await app.call(routes.getStartup)).phase).toBe('attention'), waitLong);
  expect((await app.call(routes.getStartup)).message).toMatch(/is empty.*Is the share mounted/);
  // It is mounted: whole, and at once.
  const share = await useFolders();
  await writeOwn(share);
  await rename(share.legacy, folders.legacy);
  await app.app.ready;
  expect((await app.call(routes.getStatus)).sync.paused).toBe(true);
});

test('who starts without the legacy file keeps it as it is, whatever a move that was cut off has noted', async () => {
  const folders = await useFolders();
  writeLegacy(folders.legacy).close();
  const script = fileURLToPath(new URL('./move-steps.ts', import.meta.url));
  spawnSync(process.execPath, ['--import', 'tsx', script, folders.configDir, folders.recordings, 'noted']);
  await cp(folders.recordings, `${folders.recordings}.real`, { recursive: true, preserveTimestamps: true });
  await rm(folders.recordings, { recursive: true });
  await symlink(folders.recordings, folders.recordings);
  const app = await bootsWith(folders, { awaitReady: false, legacyRetryMs: 20 });
  await vi.waitFor(async () => expect((await app.call(routes.getStartup)).phase).toBe('attention'), waitLong);
  await app.call(routes.chooseAtStartup, { body: { choice: 'start_empty' } });
  await app.app.ready;
  expect(await namesIn(folders.configDir)).not.toContain('viofosync.db.moved.json');
});

test('a database without any table does not win over the legacy file', async () => {
  const folders = await useFolders();
  writeLegacy(folders.legacy, { rows: 5 }).close();
  const empty = new SqliteDatabase(folders.target);
  empty.pragma('user_version = 1');
  empty.close();
  await moveLegacy(folders);
  expect(keysOf(folders.target)).toBe(5);
});
