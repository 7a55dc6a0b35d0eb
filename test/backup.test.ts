import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { backupFolderOf, listBackups } from '../src/server/db/backup-files.ts';
import { databaseFileName } from '../src/server/db/open.ts';
import { copyDatabase, faultOf } from '../src/server/db/sqlite-files.ts';
import { routes } from '../src/shared/routes.ts';
import { addDrive, handClock, useApp, useCamera, waitLong } from './scenario.ts';
import { runToEnd } from './server-process.ts';
import type { TestApp } from './test-app.ts';

/** System calls of a restore that change a name; the process is killed at each in turn. */
const restoreSteps = 8;

async function useFolders() {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-backup-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const folders = { configDir: join(home, 'config'), recordings: join(home, 'recordings') };
  await mkdir(folders.configDir);
  return folders;
}

const environment = ({ configDir, recordings }: { configDir: string; recordings: string }) => ({
  CONFIG_DIR: configDir,
  RECORDINGS: recordings,
  WEB_PORT: '0',
});

/** Overwrites pages in the middle of the file, as a failing disk does. */
async function damage(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const { size } = await file.stat();
  for (let at = 8192; at < size; at += 4096) await file.write(Buffer.alloc(2048, 0xa5), 0, 2048, at);
  await file.close();
}

/** Destroys the header: not even the tables can be listed. */
async function destroy(path: string): Promise<void> {
  for (const ending of ['-wal', '-shm']) await rm(path + ending, { force: true });
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(4096, 0xa5), 0, 4096, 0);
  await file.close();
}

const pausedIn = (path: string) => {
  const file = new SqliteDatabase(path, { readonly: true });
  try {
    return file.prepare("select value from app_state where key = 'sync.paused'").pluck().get();
  } finally {
    file.close();
  }
};

const phaseOf = async (app: TestApp) => (await app.call(routes.getStartup)).phase;

test('a backup is made each night, seven are kept, and it opens as a database', async () => {
  const clock = handClock(Date.UTC(2026, 5, 1, 12));
  const app = await useApp({ clock });
  const folder = backupFolderOf(app.configDir);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'my own note.txt'), 'let me be');
  for (let day = 1; day <= 9; day++) {
    clock.advance(24 * 60 * 60_000);
    const made = await app.call(routes.makeBackup);
    expect(made.bytes).toBeGreaterThan(4096);
  }
  const list = listBackups(app.configDir);
  expect(list.map((backup) => backup.name.slice(0, 18))).toEqual(
    ['10', '09', '08', '07', '06', '05', '04'].map((day) => `viofosync-202606${day}`),
  );
  expect(await readFile(join(folder, 'my own note.txt'), 'utf8')).toBe('let me be');
  const { backups } = await app.call(routes.getSystem);
  expect(backups).toMatchObject({ keep: 7, error: null, running: false, list });
});

test('a backup that is due is made by itself after the start', async () => {
  const clock = handClock(Date.UTC(2026, 5, 1, 12));
  const app = await useApp({ clock });
  await app.call(routes.makeBackup);
  clock.advance(24 * 60 * 60_000);
  await app.restart();
  await vi.waitFor(() => expect(listBackups(app.configDir)).toHaveLength(2), waitLong);
});

test('a backup folder that cannot be written is a problem with its reason, and over when it can', async () => {
  const app = await useApp();
  await writeFile(backupFolderOf(app.configDir), 'a file in its way');
  await expect(app.call(routes.makeBackup)).rejects.toThrow(/could not be backed up/);
  const problemsOf = async () => (await app.call(routes.getStatus)).problems.map((problem) => problem.key);
  await vi.waitFor(async () => expect(await problemsOf()).toContain('database:backup'), waitLong);
  await rm(backupFolderOf(app.configDir));
  await app.call(routes.makeBackup);
  await vi.waitFor(async () => expect(await problemsOf()).not.toContain('database:backup'), waitLong);
});

test('backup and restore on the command line bring a state back and keep the one they replace', async () => {
  const folders = await useFolders();
  const app = await useApp(folders);
  await app.call(routes.pauseSync);
  const made = await runToEnd(['backup'], environment(folders));
  expect([made.code, made.stderr]).toEqual([0, '']);
  const [backup] = listBackups(folders.configDir);
  const path = join(backupFolderOf(folders.configDir), backup!.name);
  expect(made.stdout).toContain(path);
  await app.call(routes.resumeSync);
  const refused = await runToEnd(['restore', path], environment(folders));
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/in use by another viofosync/)]);
  await app.app.stop();
  const restored = await runToEnd(['restore', path], environment(folders));
  expect([restored.code, restored.stderr]).toEqual([0, '']);
  const kept = (await readdir(folders.configDir)).find((name) =>
    name.startsWith('viofosync-before-restore-'),
  );
  expect(restored.stdout).toContain(kept);
  expect(pausedIn(join(folders.configDir, databaseFileName))).toBe('1');
  expect(pausedIn(join(folders.configDir, kept!))).toBe('0');
  await app.restart();
  expect((await app.call(routes.getStatus)).sync.paused).toBe(true);
});

test.each([
  ['is no database', async (path: string) => writeFile(path, 'no database at all. '.repeat(500)), /damaged/],
  ['does not exist', async () => undefined, /no file/],
  [
    'is of another program',
    async (path: string) => {
      const file = new SqliteDatabase(path);
      file.exec('create table recipes (id integer)');
      file.close();
    },
    /recipes/,
  ],
])('restoring a file that %s is refused and changes nothing', async (_name, write, message) => {
  const folders = await useFolders();
  const app = await useApp(folders);
  await app.app.stop();
  const before = await readFile(join(folders.configDir, databaseFileName));
  const path = join(folders.configDir, 'given.db');
  await write(path);
  const { code, stderr } = await runToEnd(['restore', path], environment(folders));
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  expect(await readFile(join(folders.configDir, databaseFileName))).toEqual(before);
  await app.restart();
});

test('a database that cannot be read starts a page that explains and asks, and restores the newest good backup', async () => {
  const folders = await useFolders();
  const clock = handClock();
  const app = await useApp({ ...folders, clock });
  await app.call(routes.pauseSync);
  await app.call(routes.makeBackup);
  clock.advance(60_000);
  await app.call(routes.makeBackup);
  const [newest] = listBackups(folders.configDir);
  await app.app.stop();
  await damage(join(backupFolderOf(folders.configDir), newest!.name));
  await destroy(join(folders.configDir, databaseFileName));
  const before = await readFile(join(folders.configDir, databaseFileName));

  await app.restart({ awaitReady: false });
  await vi.waitFor(async () => expect(await phaseOf(app)).toBe('attention'), waitLong);
  const startup = await app.call(routes.getStartup);
  expect(startup.message).toMatch(/is damaged .*recordings are not touched/);
  expect(startup.choices.map((choice) => choice.id)).toEqual(['restore', 'rebuild']);
  expect((await app.fetch('/api/status')).status).toBe(503);
  await expect(app.call(routes.chooseAtStartup, { body: { choice: 'start_empty' } })).rejects.toThrow(
    /does not wait/,
  );

  await app.call(routes.chooseAtStartup, { body: { choice: 'restore' } });
  await app.app.ready;
  expect((await app.call(routes.getStatus)).sync.paused).toBe(true);
  const kept = (await readdir(folders.configDir)).find((name) => name.startsWith('viofosync-damaged-'));
  expect(await readFile(join(folders.configDir, kept!))).toEqual(before);
  const { problems } = await app.call(routes.getStatus);
  expect(problems.map((problem) => problem.message).join()).toMatch(/restored from viofosync-/);
});

test('without a good backup the page says so and asks again', async () => {
  const folders = await useFolders();
  const app = await useApp(folders);
  await app.call(routes.makeBackup);
  await app.app.stop();
  await destroy(join(folders.configDir, databaseFileName));
  await destroy(join(backupFolderOf(folders.configDir), listBackups(folders.configDir)[0]!.name));
  await app.restart({ awaitReady: false });
  await vi.waitFor(async () => expect(await phaseOf(app)).toBe('attention'), waitLong);
  await app.call(routes.chooseAtStartup, { body: { choice: 'restore' } });
  await vi.waitFor(async () => {
    expect((await app.call(routes.getStartup)).message).toMatch(/no good backup/);
  }, waitLong);
  await app.call(routes.chooseAtStartup, { body: { choice: 'rebuild' } });
  await app.app.ready;
});

test('damage that shows while the program works ends the work, and the page asks', async () => {
  const folders = await useFolders();
  const app = await useApp(folders);
  const path = join(folders.configDir, databaseFileName);
  const file = new SqliteDatabase(path);
  const { root } = file
    .prepare("select rootpage as root from sqlite_master where name = 'adoption'")
    .get() as { root: number };
  file.pragma('wal_checkpoint(TRUNCATE)');
  file.close();
  const bytes = await open(path, 'r+');
  await bytes.write(Buffer.alloc(4096, 0xa5), 0, 4096, (root - 1) * 4096);
  await bytes.close();
  await app.call(routes.getSystem).catch(() => undefined);
  await vi.waitFor(async () => expect(await phaseOf(app)).toBe('attention'), waitLong);
  expect((await app.call(routes.getStartup)).choices.map((choice) => choice.id)).toEqual(['rebuild']);
  await app.call(routes.chooseAtStartup, { body: { choice: 'rebuild' } });
  await vi.waitFor(async () => expect(await phaseOf(app)).toBe('ready'), waitLong);
});

test('damage is found in the background, the page then asks, and a rebuild saves cameras and finds every clip again', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 3, bytes: 30_000 });
  const folders = await useFolders();
  const app = await useApp({ ...folders, cameraAddress: camera.address });
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).archive.clips).toBe(3), waitLong);
  await app.call(routes.makeBackup);
  await app.app.stop();
  const path = join(folders.configDir, databaseFileName);
  const page = new SqliteDatabase(path, { readonly: true });
  const { root } = page
    .prepare("select rootpage as root from sqlite_master where name = 'geocode'")
    .get() as { root: number };
  const pageBytes = page.pragma('page_size', { simple: true }) as number;
  page.close();
  // A page that nothing reads until all of them are read.
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(pageBytes, 0xa5), 0, pageBytes, (root - 1) * pageBytes);
  await file.close();

  await app.restart({ integrityDelayMs: 300, cameraAddress: undefined as never });
  expect(await phaseOf(app)).toBe('ready');
  await vi.waitFor(async () => expect(await phaseOf(app)).toBe('attention'), waitLong);
  const sent = camera.requests.length;
  await app.call(routes.chooseAtStartup, { body: { choice: 'rebuild' } });
  await vi.waitFor(async () => expect(await phaseOf(app)).toBe('ready'), waitLong);
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).archive.clips).toBe(3), waitLong);
  const { cameras } = await app.call(routes.getStatus);
  expect(cameras.map((each) => each.address)).toEqual([camera.address]);
  const fetched = camera.requests.slice(sent).filter((request) => /\.MP4$/i.test(request.path));
  expect(fetched).toEqual([]);
});

test('whenever a restore is killed, one of the two databases is whole in its place', async () => {
  const folders = await useFolders();
  const app = await useApp(folders);
  await app.call(routes.pauseSync);
  await app.call(routes.makeBackup);
  await app.call(routes.resumeSync);
  await app.app.stop();
  const backup = join(backupFolderOf(folders.configDir), listBackups(folders.configDir)[0]!.name);
  const path = join(folders.configDir, databaseFileName);
  const found = new Set<unknown>();
  for (let step = 0; step < restoreSteps; step++) {
    const script = fileURLToPath(new URL('./restore-steps.ts', import.meta.url));
    spawnSync(process.execPath, ['--import', 'tsx', script, folders.configDir, backup, String(step)]);
    expect(existsSync(path)).toBe(true);
    expect(faultOf(path)).toBeNull();
    found.add(pausedIn(path));
    const db = new SqliteDatabase(path);
    db.prepare("update app_state set value = '0' where key = 'sync.paused'").run();
    db.close();
  }
  expect(found).toEqual(new Set(['0', '1']));
  await app.restart();
});

test('damage in a table that the start reads is explained too, not a crash', async () => {
  const folders = await useFolders();
  const app = await useApp(folders);
  await app.app.stop();
  const path = join(folders.configDir, databaseFileName);
  const page = new SqliteDatabase(path, { readonly: true });
  const { root } = page.prepare("select rootpage as root from sqlite_master where name = 'camera'").get() as {
    root: number;
  };
  page.close();
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(4096, 0xa5), 0, 4096, (root - 1) * 4096);
  await file.close();
  await app.restart({ awaitReady: false });
  await vi.waitFor(async () => expect(await phaseOf(app)).toBe('attention'), waitLong);
  await app.call(routes.chooseAtStartup, { body: { choice: 'rebuild' } });
  await app.app.ready;
});

test('a choice that does not work is said, and asked again', async () => {
  const folders = await useFolders();
  const app = await useApp(folders);
  await app.app.stop();
  const path = join(folders.configDir, databaseFileName);
  await destroy(path);
  // In the way of the new database, and not to be removed as a file.
  await mkdir(join(`${path}.part`, 'x'), { recursive: true });
  await app.restart({ awaitReady: false });
  await vi.waitFor(async () => expect(await phaseOf(app)).toBe('attention'), waitLong);
  await app.call(routes.chooseAtStartup, { body: { choice: 'rebuild' } });
  await vi.waitFor(async () => {
    expect((await app.call(routes.getStartup)).message).toMatch(/The last choice did not work/);
  }, waitLong);
  await rm(`${path}.part`, { recursive: true });
  await app.call(routes.chooseAtStartup, { body: { choice: 'rebuild' } });
  await app.app.ready;
});

test('a backup is one moment, and comes to its end while others write', async () => {
  const folders = await useFolders();
  const path = join(folders.configDir, 'busy.db');
  const writer = new SqliteDatabase(path);
  onTestFinished(() => void writer.close());
  writer.pragma('journal_mode = WAL');
  writer.exec('create table t (x)');
  const add = writer.prepare('insert into t values (randomblob(4000))');
  writer.transaction(() => {
    for (let row = 0; row < 6000; row++) add.run();
  })();
  let writes = 0;
  let steps = 0;
  await copyDatabase(path, join(folders.configDir, 'copy.db'), {
    onProgress: () => {
      steps++;
      // Between any two steps; each would begin an unprotected copy anew.
      if (writes < 50) writes += add.run().changes;
    },
  });
  expect(writes).toBeGreaterThan(1);
  expect(steps).toBeLessThan(10);
  const copy = new SqliteDatabase(join(folders.configDir, 'copy.db'), { readonly: true });
  expect(copy.prepare('select count(*) from t').pluck().get()).toBe(6000);
  copy.close();
});

test('a restore from before there was a password does not open the page to anybody', async () => {
  const folders = await useFolders();
  const app = await useApp({ ...folders, host: '0.0.0.0' });
  const code = app.log
    .map((line) => /asks for this code: (\S+)/.exec(String(line['msg']))?.[1])
    .find(Boolean);
  expect(code).toBeDefined();
  const before = await runToEnd(['backup'], environment(folders));
  expect(before.code).toBe(0);
  await app.call(routes.setUp, { body: { code: code!, password: 'a long password' } });
  await vi.waitFor(async () => {
    expect(await readFile(join(folders.configDir, 'settings.json'), 'utf8')).toContain('$passwordSet');
  }, waitLong);
  await app.app.stop();
  const [backup] = listBackups(folders.configDir);
  await runToEnd(['restore', join(backupFolderOf(folders.configDir), backup!.name)], environment(folders));
  await app.restart();
  expect((await app.call(routes.getStartup)).access).toBe('locked');
});
