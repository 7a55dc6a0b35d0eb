import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { VolumeChecks } from '../src/server/accounts/volume-checks.ts';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { systemClock } from '../src/server/lib/clock.ts';
import type { Route } from '../src/shared/route.ts';
import { routes } from '../src/shared/routes.ts';
import type { SetUpDraft } from '../src/shared/set-up.ts';
import { silentLog } from './archive-parts.ts';
import { fillDatabase } from './full-disk.ts';
import { addDrive, untilArchived, useApp, useCamera, waitLong } from './scenario.ts';
import { TestApiError, type TestApp, type TestAppOptions } from './test-app.ts';
import { useV2Home } from './takeover.ts';

const code = 'K7QF-2MPX';
const password = 'correct horse battery';

const answers: SetUpDraft = {
  step: 'password',
  camera: null,
  zone: 'Europe/London',
  retentionDays: 0,
  retentionDiskPct: 0,
  map: 'outline',
  geocoder: 'off',
};

/** A program that others than this machine can reach, and that nobody has set up. */
const useNew = (options: TestAppOptions = {}) => useApp({ host: '0.0.0.0', setupCode: code, ...options });

/** Posts as a browser does that calls the program by a name; returns the status and the cookie it was given. */
function post(
  app: TestApp,
  path: string,
  { json, host, cookie }: { json: unknown; host?: string; cookie?: string | undefined },
): Promise<{ status: number; cookie: string; body: string }> {
  const { hostname, port } = new URL(app.app.url);
  const headers = {
    'content-type': 'application/json',
    ...(host !== undefined && { host, origin: `https://${host}` }),
    ...(cookie !== undefined && { cookie }),
  };
  return new Promise((resolve, reject) => {
    const call = httpRequest({ hostname, port, path, method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          cookie: response.headers['set-cookie']?.[0]?.split(';')[0] ?? '',
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    call.on('error', reject).end(JSON.stringify(json));
  });
}

/** From here on the test is the browser that has shown the code. */
async function begin(app: TestApp, host?: string): Promise<void> {
  const answer = await post(app, '/api/setup/begin', { json: { code }, ...(host !== undefined && { host }) });
  expect(answer.status, answer.body).toBe(200);
  app.cookie = answer.cookie;
}

/** Puts the answers in force and goes on as the owner. */
async function finish(app: TestApp, draft: SetUpDraft | null, host?: string): Promise<void> {
  const json = { draft, password };
  const answer = await post(app, '/api/setup/finish', {
    json,
    cookie: app.cookie,
    ...(host !== undefined && { host }),
  });
  expect(answer.status, answer.body).toBe(200);
  app.cookie = answer.cookie;
  await vi.waitFor(
    async () => expect((await app.call(routes.getStartup)).access).toBe('signed_in'),
    waitLong,
  );
}

async function refusal(asked: Promise<unknown>): Promise<[number, string]> {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TestApiError)) throw new Error('it was not refused');
  return [error.status, error.body.error.code];
}

test('a new installation is set up from the code to the first clip', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 2, bytes: 30_000 });
  const app = await useNew();
  await begin(app);
  const view = await app.call(routes.getSetUp);
  expect(view).toMatchObject({
    draft: { camera: null, zone: '', retentionDays: 0, retentionDiskPct: 0, map: 'outline', geocoder: 'off' },
    isResumed: false,
    isTakenOver: false,
    zone: { name: 'Europe/London', isGiven: true },
    recordings: app.recordings,
    configDir: app.configDir,
    newHost: null,
  });
  expect(await app.call(routes.testCamera, { body: { address: camera.address } })).toMatchObject({
    ok: true,
    model: 'A229P',
  });
  await finish(app, {
    ...answers,
    camera: { id: null, address: camera.address, name: 'Civic' },
    zone: 'Europe/Berlin',
    retentionDiskPct: 90,
    geocoder: 'photon',
  });
  await untilArchived(app, 2);
  expect((await app.call(routes.getSettings)).settings).toMatchObject({
    zone: 'Europe/Berlin',
    retentionDays: 0,
    retentionDiskPct: 90,
    mapSource: 'outline',
    geocoder: 'photon',
    allowedHosts: '',
  });
  const status = await app.call(routes.getStatus);
  expect([status.zone, status.cameras.map(({ name }) => name)]).toEqual(['Europe/Berlin', ['Civic']]);
  const { clips } = {
    clips: await app.app.db.selectFrom('clip').select('started_at').orderBy('id').execute(),
  };
  expect(new Date(clips[0]?.started_at ?? 0).toISOString(), 'in that zone from the first clip on').toBe(
    '2026-06-28T11:00:00.000Z',
  );
  expect(JSON.stringify(await app.app.db.selectFrom('app_state').selectAll().execute())).not.toContain(
    'draft',
  );
});

test('what was answered is kept over a reload and a restart, and nothing of it is in force before the end', async () => {
  const camera = await useCamera();
  const app = await useNew();
  await begin(app);
  const draft: SetUpDraft = {
    ...answers,
    step: 'keep',
    camera: { id: null, address: camera.address, name: 'Civic' },
    retentionDays: 7,
    map: 'osm',
  };
  await app.call(routes.saveSetUp, { body: draft });
  expect(await app.call(routes.getSetUp)).toMatchObject({ draft, isResumed: true });
  await app.restart();
  expect(await refusal(app.call(routes.getSetUp)), 'the ticket was of that run').toEqual([
    401,
    'unauthenticated',
  ]);
  await begin(app);
  expect(await app.call(routes.getSetUp)).toMatchObject({ draft, isResumed: true });
  expect(await app.app.db.selectFrom('camera').select('id').execute()).toEqual([]);
  const file = await readFile(join(app.configDir, 'settings.json'), 'utf8').catch(() => '{}');
  expect(file).not.toMatch(/retention|map/);
});

test('a set-up that was left half-way is open to nobody, and whoever comes by names it by the code', async () => {
  const app = await useNew();
  await begin(app);
  await app.call(routes.saveSetUp, { body: answers });
  const mine = app.cookie;
  app.cookie = undefined;
  const calls: [Route, unknown][] = [
    [routes.getSetUp, undefined],
    [routes.saveSetUp, { body: answers }],
    [routes.checkVolume, { body: { volume: 'config' } }],
    [routes.testCamera, { body: { address: '127.0.0.1' } }],
    [routes.finishSetUp, { body: { draft: null, password } }],
    [routes.getStatus, undefined],
    [routes.getSettings, undefined],
  ];
  for (const [route, input] of calls)
    expect(
      await refusal(app.call(route as typeof routes.checkVolume, input as { body: { volume: 'config' } })),
      route.path,
    ).toEqual([401, 'unauthenticated']);
  app.cookie = mine;
  for (const route of [routes.getStatus, routes.getSettings, routes.listCameras])
    expect(await refusal(app.call(route)), 'also to whom may set it up').toEqual([401, 'unauthenticated']);
  await finish(app, null);
  expect(await refusal(app.call(routes.getSetUp))).toEqual([409, 'conflict']);
  expect(await refusal(app.call(routes.finishSetUp, { body: { draft: null, password } }))).toEqual([
    409,
    'conflict',
  ]);
});

test('a set-up that fails at its end opens nothing, and can be finished with the same answers', async () => {
  const camera = await useCamera();
  const app = await useNew();
  await begin(app);
  const bad = { ...answers, retentionDays: 5, camera: { id: null, address: 'http://x/y', name: 'Civic' } };
  expect(await refusal(app.call(routes.finishSetUp, { body: { draft: bad, password } }))).toEqual([
    400,
    'invalid',
  ]);
  expect((await app.call(routes.getStartup)).access).toBe('setting_up');
  const good = { ...bad, camera: { ...bad.camera, address: camera.address } };
  await app.app.db.schema.alterTable('user').renameTo('user_away').execute();
  expect(await refusal(app.call(routes.finishSetUp, { body: { draft: good, password } }))).toEqual([
    500,
    'internal',
  ]);
  await app.app.db.schema.alterTable('user_away').renameTo('user').execute();
  expect(await app.app.db.selectFrom('camera').select('name').execute()).toEqual([]);
  await finish(app, good);
  expect((await app.call(routes.getStatus)).cameras.map(({ name }) => name)).toEqual(['Civic']);
});

test('the name by which somebody came with the code is one of its own from then on, and no other', async () => {
  const app = await useNew();
  const host = 'cam.example.com';
  await begin(app, host);
  await finish(app, answers, host);
  const logIn = async (name: string) =>
    (await post(app, '/api/auth/login', { json: { password }, host: name })).status;
  expect((await app.call(routes.getSettings)).settings.allowedHosts).toBe(host);
  expect([await logIn(host), await logIn('evil.example'), await logIn('nas.local')]).toEqual([200, 403, 200]);
  await app.call(routes.updateSettings, { body: { allowedHosts: '*.example.com other.example' } });
  expect([await logIn(host), await logIn('other.example'), await logIn('example.com')]).toEqual([
    200, 200, 403,
  ]);
});

test('names of the environment are answered by too, before and after the database is open', async () => {
  const app = await useNew({ allowedHosts: ['cam.example.com'] });
  await begin(app);
  await finish(app, null);
  const status = async (host: string) =>
    (await post(app, '/api/auth/login', { json: { password }, host })).status;
  expect([await status('cam.example.com'), await status('evil.example')]).toEqual([200, 403]);
});

test('who comes from the Python version without a password finds its values filled in', async () => {
  const camera = await useCamera();
  const home = await useV2Home(camera, addDrive(camera, { clips: 4, bytes: 30_000 }));
  const file = join(home.configDir, 'config.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  delete config['WEB_PASSWORD_HASH'];
  await writeFile(file, JSON.stringify(config));
  const app = await useNew(home);
  await begin(app);
  const { draft, isTakenOver } = await app.call(routes.getSetUp);
  expect(isTakenOver).toBe(true);
  expect(draft).toMatchObject({
    camera: { address: camera.address },
    retentionDays: 3650,
  });
  await finish(app, { ...draft, camera: draft.camera && { ...draft.camera, name: 'Civic' } });
  const { cameras } = await app.call(routes.getStatus);
  expect(cameras.map(({ name, address }) => [name, address])).toEqual([['Civic', camera.address]]);
  expect((await app.call(routes.getSettings)).settings).toMatchObject({
    layout: 'weekly',
    retentionDays: 3650,
  });
});

test('on this machine alone, without a password, nobody is asked for a code', async () => {
  const app = await useApp();
  expect((await app.call(routes.getSetUp)).newHost).toBeNull();
  await finish(app, { ...answers, retentionDays: 30 });
  expect((await app.call(routes.getSettings)).settings.retentionDays).toBe(30);
  app.cookie = undefined;
  expect(await refusal(app.call(routes.getStatus))).toEqual([401, 'unauthenticated']);
});

test.each<[string, (configDir: string) => Promise<void>]>([
  ['is broken', (dir) => writeFile(join(dir, 'settings.json'), '{"$passwordSet": tru')],
  [
    'and its last good copy are broken',
    async (dir) => {
      for (const name of ['settings.json', 'settings.json.last-good'])
        await writeFile(join(dir, name), '\u0000');
    },
  ],
  [
    'is gone, and its copy too',
    async (dir) => {
      for (const name of ['settings.json', 'settings.json.last-good'])
        await rm(join(dir, name), { force: true });
    },
  ],
])('set-up does not open again when the settings file %s', async (_what, spoil) => {
  const app = await useNew();
  await begin(app);
  await finish(app, null);
  await vi.waitFor(async () =>
    expect(await readFile(join(app.configDir, 'settings.json'), 'utf8')).toContain('$passwordSet'),
  );
  app.cookie = undefined;
  await app.app.stop();
  await spoil(app.configDir);
  await app.restart();
  expect((await app.call(routes.getStartup)).access).toBe('log_in');
  expect((await post(app, '/api/setup/begin', { json: { code } })).status).toBe(409);
  expect((await post(app, '/api/auth/setup', { json: { code, password: 'another password' } })).status).toBe(
    409,
  );
  expect((await post(app, '/api/auth/login', { json: { password } })).status).toBe(200);
});

test('on a full configuration disk the set-up says so, and the owner of one that is set up gets in and is told', async () => {
  const app = await useNew();
  await begin(app);
  const makeRoom = await fillDatabase(app.app.db);
  expect(await refusal(app.call(routes.saveSetUp, { body: { ...answers, step: 'zone' } }))).toEqual([
    503,
    'unavailable',
  ]);
  expect(await refusal(app.call(routes.finishSetUp, { body: { draft: null, password } }))).toEqual([
    503,
    'unavailable',
  ]);
  await makeRoom();
  await finish(app, null);
  const fillAgain = await fillDatabase(app.app.db);
  const { status, cookie } = await post(app, '/api/auth/login', { json: { password } });
  expect(status).toBe(200);
  app.cookie = cookie;
  const problemKeys = async () => (await app.call(routes.getStatus)).problems.map(({ key }) => key);
  expect(await problemKeys()).toContain('accounts:sessions');
  expect((await app.call(routes.listSessions)).sessions.map(({ isLasting }) => isLasting)).toEqual([
    false,
    true,
  ]);
  await fillAgain();
});

describe('both folders are tried', () => {
  test('by writing into them, and nothing is left behind', async () => {
    const app = await useNew();
    await begin(app);
    const [recordings, config] = await Promise.all([
      app.call(routes.checkVolume, { body: { volume: 'recordings' } }),
      app.call(routes.checkVolume, { body: { volume: 'config' } }),
    ]);
    for (const check of [recordings, config]) {
      expect(check).toMatchObject({ state: 'ready', message: null, networkType: null, isShared: true });
      expect(check.freeBytes).toBeGreaterThan(0);
      expect(check.trial?.bytesPerSecond).toBeGreaterThan(0);
    }
    const names = [...(await readdir(app.recordings)), ...(await readdir(app.configDir))];
    expect(names).toContain('.viofosync-archive');
    expect(names.filter((name) => name.includes('probe'))).toEqual([]);
  });

  test('what an earlier trial has left in the configuration folder is removed', async () => {
    const app = await useNew();
    await begin(app);
    await writeFile(join(app.configDir, '.viofosync-probe-0123456789ab'), 'left behind');
    await app.call(routes.checkVolume, { body: { volume: 'config' } });
    expect(await readdir(app.configDir)).not.toContain('.viofosync-probe-0123456789ab');
  });

  test('a network file system below either is named', async () => {
    const home = await mkdtemp(join(tmpdir(), 'viofosync-set-up-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const [configDir, recordings] = [join(home, 'config'), join(home, 'recordings')];
    const mounts = `nas:/a ${configDir} nfs4 rw 0 0\nnas:/b ${recordings} cifs rw 0 0\n`;
    const app = await useNew({ configDir, recordings, mounts });
    await begin(app);
    const type = async (volume: 'recordings' | 'config') =>
      (await app.call(routes.checkVolume, { body: { volume } })).networkType;
    expect([await type('recordings'), await type('config')]).toEqual(['cifs', 'nfs4']);
  });

  test('a folder that is none says what to do', async () => {
    const home = await mkdtemp(join(tmpdir(), 'viofosync-set-up-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    await writeFile(join(home, 'file'), '');
    const app = await useNew({ recordings: join(home, 'file') });
    await begin(app);
    const check = await app.call(routes.checkVolume, { body: { volume: 'recordings' } });
    expect(check).toMatchObject({ state: 'missing', trial: null });
    expect(check.message).toMatch(/Set RECORDINGS to a folder/);
  });

  test('one that does not answer is given up after a while, and asked once at a time', async () => {
    const root = await mkdtemp(join(tmpdir(), 'viofosync-set-up-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    await mkdir(join(root, 'config'));
    let trials = 0;
    const never = () => new Promise<never>(() => (trials += 1));
    const volume = new ArchiveVolume({
      root,
      clock: systemClock,
      log: silentLog,
      timeoutMs: 60_000,
      probeFiles: { write: never, rename: never, read: never, unlink: never },
      readMarkerId: async () => null,
      writeMarkerId: async () => undefined,
      knownClips: async () => 0,
      onChange: () => undefined,
    });
    const checks = new VolumeChecks({ volume, configDir: join(root, 'config'), checkMs: 200 });
    const both = await Promise.all([checks.check('recordings'), checks.check('recordings')]);
    for (const check of both) expect(check).toMatchObject({ state: 'slow', trial: null });
    expect(both[0].message).toMatch(/does not answer in time/);
    expect(trials).toBe(1);
    expect((await checks.check('config')).state, 'and the other one is looked at all the same').toBe('ready');
  });
});
