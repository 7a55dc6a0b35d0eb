import { cp, mkdir, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { expectInvariants } from './invariants.ts';
import { addDrive, allClips, downloadsOf, useApp, useCamera, waitLong } from './scenario.ts';
import { useV2Home, v2Password, type V2Home } from './takeover.ts';
import { killAtLine } from './server-process.ts';
import type { TestApp } from './test-app.ts';

async function useTakeover() {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 6, bytes: 30_000 });
  return { camera, home: await useV2Home(camera, entries) };
}

/** A typed call of somebody who has logged in. */
async function logIn(app: TestApp, password = v2Password): Promise<void> {
  const response = await app.fetch('/api/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password }),
  });
  expect(response.status).toBe(200);
  app.cookie = response.headers.get('set-cookie')!.split(';')[0]!;
}

const statesOf = async (app: TestApp) =>
  Object.fromEntries((await allClips(app)).map((clip) => [clip.name, [clip.state, clip.kept]]));

function wanted({ clips }: V2Home) {
  return Object.fromEntries([
    [clips.archived.name, ['archived', 0]],
    [clips.pinned.name, ['archived', 1]],
    [clips.skipped.name, ['skipped', 0]],
    [clips.deleted.name, ['expired', 0]],
    ...clips.pending.map((entry) => [entry.name, ['archived', 0]]),
  ]) as Record<string, [string, number]>;
}

test('who comes from the Python version finds everything, and only what was still to come is fetched', async () => {
  const { camera, home } = await useTakeover();
  const app = await useApp(home);
  expect((await app.fetch('/api/status')).status).toBe(401);
  await logIn(app);
  await vi.waitFor(async () => expect(await statesOf(app)).toEqual(wanted(home)), waitLong);
  expect(new Set(downloadsOf(camera).map((request) => request.path.split('/').at(-1)))).toEqual(
    new Set(home.clips.pending.map((entry) => entry.name)),
  );
  const status = await app.call(routes.getStatus);
  expect(status.cameras).toMatchObject([{ address: camera.address, name: 'Dashcam' }]);
  expect((await app.call(routes.getSettings)).settings.layout).toBe('weekly');
  expect(status.problems.map((problem) => problem.key)).toEqual([]);

  const { adoptions } = await app.call(routes.getSystem);
  expect(adoptions.map((adoption) => adoption.kind).toSorted()).toEqual(['v2_database', 'v2_settings']);
  const report = adoptions.find((adoption) => adoption.kind === 'v2_database')!;
  expect(report.generation).toBe('2.5');
  expect(report.warnings.join()).toMatch(/\/data\/rec/);
  const names = await readdir(home.configDir);
  expect(names).toEqual(expect.arrayContaining(['config.v2.json', 'settings.json', report.copy]));
  expect(names).not.toContain('config.json');
  expect(await readdir(home.recordings)).toContain('.viofosync.db.migrated');
  expect(await readFile(join(home.configDir, 'settings.json'), 'utf8')).not.toContain('$2b$');
  await expectInvariants(app);
});

test('the old password is stored in a modern form at the first log-in and goes on working', async () => {
  const { home } = await useTakeover();
  const app = await useApp(home);
  const hashOf = async () =>
    (await app.app.db.selectFrom('user').select('password_hash').executeTakeFirstOrThrow()).password_hash;
  expect(await hashOf()).toMatch(/^\$2[aby]\$/);
  await logIn(app);
  expect(await hashOf()).toMatch(/^\$argon2id\$/);
  await app.restart();
  await logIn(app);
  expect(await hashOf()).toMatch(/^\$argon2id\$/);
});

test('a second start takes nothing over again', async () => {
  const { camera, home } = await useTakeover();
  const app = await useApp(home);
  await logIn(app);
  await vi.waitFor(async () => expect(await statesOf(app)).toEqual(wanted(home)), waitLong);
  await app.call(routes.updateCamera, { params: { id: 1 }, body: { name: 'Our car' } });
  const before = await app.call(routes.getSystem);
  const fetched = downloadsOf(camera).length;
  await app.restart();
  expect((await app.call(routes.getSystem)).adoptions).toEqual(before.adoptions);
  expect((await app.call(routes.listCameras)).cameras.map((each) => each.name)).toEqual(['Our car']);
  expect(await statesOf(app)).toEqual(wanted(home));
  expect(downloadsOf(camera)).toHaveLength(fetched);
});

/** Adds keys to the settings of the existing system. */
async function addToConfig(home: V2Home, values: Record<string, unknown>): Promise<void> {
  const path = join(home.configDir, 'config.json');
  const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...config, ...values }), { mode: 0o600 });
}

const rulesAndPause = async ({ app }: TestApp) => ({
  rules: await app.db.selectFrom('camera').select(['main_rule', 'alternative_rule']).execute(),
  paused: (await app.db.selectFrom('app_state').select('value').where('key', '=', 'sync.paused').execute())[0]
    ?.value,
});

test('who fetched only some recordings has that rule on the camera, and nothing is paused', async () => {
  const { home } = await useTakeover();
  await addToConfig(home, { SYNC_RO_ONLY: 'true', ALTERNATIVE_SCOPE: 'nothing' });
  const app = await useApp(home);
  expect(await rulesAndPause(app)).toEqual({
    rules: [{ main_rule: 'locked_only', alternative_rule: 'nothing' }],
    paused: undefined,
  });
  await app.app.db.updateTable('camera').set({ main_rule: 'everything' }).execute();
  await app.restart();
  expect((await rulesAndPause(app)).rules).toMatchObject([{ main_rule: 'everything' }]);
});

test.each<[string, { PRIMARY_SCOPE: string; ENABLE_SCHEDULED_SYNC?: boolean }, string, object]>([
  [
    'goes on with the rule',
    { PRIMARY_SCOPE: 'ro_only' },
    '1',
    { rules: [{ main_rule: 'locked_only', alternative_rule: 'everything' }], paused: '0' },
  ],
  [
    'stays paused when the existing system was',
    { PRIMARY_SCOPE: 'ro_only', ENABLE_SCHEDULED_SYNC: false },
    '1',
    { rules: [{ main_rule: 'locked_only', alternative_rule: 'everything' }], paused: '1' },
  ],
  [
    'fetches everything when the user has chosen that',
    { PRIMARY_SCOPE: 'ro_only' },
    '0',
    { rules: [{ main_rule: 'everything', alternative_rule: 'everything' }], paused: '0' },
  ],
])('an installation that was paused for want of the rule %s', async (_what, values, paused, wanted) => {
  const { home } = await useTakeover();
  await addToConfig(home, values);
  const app = await useApp(home);
  await asAnEarlierVersionLeftIt(app, paused);
  await app.restart();
  expect(await rulesAndPause(app)).toEqual(wanted);
  await logIn(app);
  const { adoptions } = await app.call(routes.getSystem);
  const isTold = adoptions.some(({ warnings }) => warnings.join().includes('Downloads go on'));
  expect(isTold).toBe(paused === '1' && values.ENABLE_SCHEDULED_SYNC === undefined);
  // Once: what the user does later stays.
  await app.app.db.updateTable('app_state').set({ value: '1' }).where('key', '=', 'sync.paused').execute();
  await app.restart();
  expect((await rulesAndPause(app)).paused).toBe('1');
});

/** Before there were rules: everything on the camera, a pause and a problem that explained it. */
async function asAnEarlierVersionLeftIt({ app }: TestApp, paused: string): Promise<void> {
  const { db } = app;
  await db.updateTable('camera').set({ main_rule: 'everything', alternative_rule: 'everything' }).execute();
  await db.deleteFrom('app_state').where('key', 'in', ['v2.rules', 'sync.paused']).execute();
  await db.insertInto('app_state').values({ key: 'sync.paused', value: paused }).execute();
  await db
    .insertInto('problem')
    .values({ key: 'settings:SCOPE', severity: 'warning', message: 'Paused.', since: 1, ended_at: 2 })
    .execute();
}

test('set-up never opens on an installation whose settings cannot be read', async () => {
  const { home } = await useTakeover();
  await writeFile(join(home.configDir, 'config.json'), '{"WEB_PASSWORD_HASH": "$2b$');
  const app = await useApp(home);
  expect((await app.call(routes.getStartup)).access).toBe('locked');
  await expect(
    app.call(routes.setUp, { body: { code: 'AAAA-AAAA', password: 'a new password' } }),
  ).rejects.toThrow(/set up|code/);
  expect((await app.fetch('/api/status')).status).toBe(401);
  expect(await readFile(join(home.configDir, 'config.v2.json'), 'utf8')).toBe('{"WEB_PASSWORD_HASH": "$2b$');
});

test('killed at any step of the first start, the next one goes on and everything is there', async () => {
  const { home } = await useTakeover();
  for (const line of [
    /answers at/,
    /migrating state db/,
    /taking it over/,
    /was taken over/,
    /database is open/,
  ]) {
    await killAtLine(home, line);
  }
  const app = await useApp(home);
  await logIn(app);
  await vi.waitFor(async () => expect(await statesOf(app)).toEqual(wanted(home)), waitLong);
  expect((await readdir(home.configDir)).filter((name) => name.startsWith('viofosync-v2-'))).toHaveLength(1);
});

test('a password stays asked for when the database was lost and rebuilt, and an old one does not come back', async () => {
  const { home } = await useTakeover();
  const app = await useApp(home);
  await logIn(app);
  const changed = { current: v2Password, password: 'a better password' };
  await app.call(routes.changePassword, { body: changed });
  await app.app.stop();
  const path = join(home.configDir, 'viofosync.db');
  for (const ending of ['-wal', '-shm']) await rm(path + ending, { force: true });
  await truncate(path, 2000);
  await app.restart({ awaitReady: false });
  await vi.waitFor(async () => expect((await app.call(routes.getStartup)).phase).toBe('attention'), waitLong);
  await app.call(routes.chooseAtStartup, { body: { choice: 'rebuild' } });
  await app.app.ready;
  app.cookie = undefined;
  expect((await app.call(routes.getStartup)).access).toBe('locked');
  const tried = await app.fetch('/api/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password: v2Password }),
  });
  expect(tried.status).toBe(401);
});

test('clips that were taken over and an empty folder: the share is missing, and nothing is written into its place', async () => {
  const { camera, home } = await useTakeover();
  const first = await useApp(home);
  await first.app.stop();
  await cp(join(home.configDir, 'viofosync.db'), join(home.configDir, 'ours.db'));
  // As with a v2 database at its new place, of which no marker is known yet.
  const db = new SqliteDatabase(join(home.configDir, 'viofosync.db'));
  db.exec("delete from app_state where key in ('archive.marker', 'scan.finished')");
  db.close();
  await rm(home.recordings, { recursive: true });
  await mkdir(home.recordings);
  const fetched = downloadsOf(camera).length;
  await first.restart();
  await logIn(first);
  await vi.waitFor(async () => {
    const { archive } = await first.call(routes.getStatus);
    expect([archive.state, archive.message]).toEqual([
      'unmarked',
      expect.stringMatching(/is empty, but \d clips/),
    ]);
  }, waitLong);
  expect(await readdir(home.recordings)).toEqual([]);
  expect(downloadsOf(camera)).toHaveLength(fetched);
});

test('an address of the old settings that this machine does not have is a problem, not the end', async () => {
  const { home } = await useTakeover();
  const config = JSON.parse(await readFile(join(home.configDir, 'config.json'), 'utf8')) as object;
  await writeFile(join(home.configDir, 'config.json'), JSON.stringify({ ...config, WEB_HOST: '192.0.2.77' }));
  const app = await useApp({ ...home, host: null });
  expect(app.app.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
  await logIn(app);
  const { problems } = await app.call(routes.getStatus);
  expect(problems.map((problem) => problem.key)).toContain('settings:webHost');
});
