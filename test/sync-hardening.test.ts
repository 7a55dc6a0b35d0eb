import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { RangeNotSatisfiable } from '../src/server/camera/failures.ts';
import { sortDownloadFailure } from '../src/server/sync/download-failure.ts';
import { routes } from '../src/shared/routes.ts';
import { expectInvariants } from './invariants.ts';
import {
  addDrive,
  allClips,
  clipNamed,
  downloadsOf,
  expectSameBytes,
  fastClock,
  untilArchived,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import { startTestApp } from './test-app.ts';

test('a failure that could not be noted in the database leaves no clip in transfer for ever', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 400_000 });
  const entries = addDrive(camera, { clips: 4, bytes: 200_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(() => expect(downloadsOf(camera).length).toBeGreaterThan(0), waitLong);
  await sql`create trigger no_space before update on clip when new.state = 'waiting'
    begin select raise(abort, 'database or disk is full'); end`.execute(app.app.db);
  await app.call(routes.pauseSync);
  await vi.waitFor(() => expect(JSON.stringify(app.log)).toContain('database or disk is full'), waitLong);
  await sql`drop trigger no_space`.execute(app.app.db);
  camera.faults.clear();
  await app.call(routes.resumeSync);
  await untilArchived(app, 4);
  await expectSameBytes(app, entries);
  await expectInvariants(app, camera);
});

test('a clip of which a listing shows more while it comes in is not filed short', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 300_000 });
  const entries = addDrive(camera, { clips: 1, bytes: 200_000 });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock(), pace: { idleMs: 2000 } });
  await vi.waitFor(() => expect(downloadsOf(camera).length).toBe(1), waitLong);
  // As a listing in between would note it.
  await app.app.db.updateTable('clip').set({ remote_size_bytes: 900_000 }).execute();
  await vi.waitFor(() => expect(JSON.stringify(app.log)).toContain('now lists 900000 bytes'), waitLong);
  await untilArchived(app, 1);
  await expectSameBytes(app, entries);
  await expectInvariants(app, camera);
});

test('a volume that was too full for a setting is ready as soon as the setting is lowered', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 1, bytes: 20_000 });
  const app = await useApp();
  await app.call(routes.updateSettings, { body: { keepFreeGb: 100_000 } });
  await app.call(routes.addCamera, { body: { name: 'Car', address: camera.address } });
  await vi.waitFor(
    async () => expect((await app.call(routes.getStatus)).archive.state).toBe('full'),
    waitLong,
  );
  await app.call(routes.updateSettings, { body: { keepFreeGb: 0 } });
  await untilArchived(app, 1);
});

test('bytes that had to be fetched again are no progress: a clip that never gets further fails and says why', async () => {
  const camera = await useCamera();
  camera.faults.set({ range: 'ignored', dropAfterBytes: 500_000 });
  const [entry] = addDrive(camera, { clips: 1, bytes: 900_000 });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock(2000) });
  await vi.waitFor(async () => expect((await clipNamed(app, entry!.name)).state).toBe('failed'), waitLong);
  expect((await allClips(app))[0]).toMatchObject({ state_reason: 'truncated', attempts: 5 });
  expect(downloadsOf(camera).length).toBeLessThanOrEqual(8);
  camera.faults.clear();
  expect(await app.call(routes.retryFailed, { body: {} })).toMatchObject({ changed: 1 });
  await untilArchived(app, 1);
});

test('a camera whose address is corrected while it is being looked for is no stranger', async () => {
  const camera = await useCamera();
  await camera.goAway('black-hole');
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(
    async () => expect((await app.call(routes.listCameras)).cameras).toHaveLength(1),
    waitLong,
  );
  const id = (await app.call(routes.listCameras)).cameras[0]!.id;
  for (const address of ['127.0.0.1:9', camera.address]) {
    await app.call(routes.updateCamera, { params: { id }, body: { address } });
  }
  expect((await app.call(routes.getStatus)).problems).toEqual([]);
});

test('two cameras cannot be given one address', async () => {
  const app = await useApp();
  await app.call(routes.addCamera, { body: { name: 'One', address: '127.0.0.1:9' } });
  const two = await app.call(routes.addCamera, { body: { name: 'Two', address: '127.0.0.1:10' } });
  const body = { alternativeAddress: 'http://127.0.0.1:9/' };
  await expect(app.call(routes.updateCamera, { params: { id: two.id }, body })).rejects.toThrow(
    /already a camera/,
  );
});

test('the camera at the alternative address is found when something else has its main one', async () => {
  const router = await useCamera();
  router.faults.set({ persona: 'router' });
  const camera = await useCamera();
  addDrive(camera, { clips: 1, bytes: 20_000 });
  const app = await useApp();
  const body = { name: 'Car', address: router.address, alternativeAddress: camera.address };
  await app.call(routes.addCamera, { body });
  await untilArchived(app, 1);
});

test('a range behind the end of the file is sorted with the transfers that broke off', () => {
  const failure = sortDownloadFailure(
    new RangeNotSatisfiable('no such bytes', 10),
    new AbortController().signal,
  );
  expect(failure.kind).toBe('truncated');
});

test('archived clips that a listing shows in other sizes for a while are neither fetched nor filed twice', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 3, bytes: 60_000 });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock() });
  await untilArchived(app, 3);
  camera.faults.set({ growing: {} });
  await vi.waitFor(async () => expect(await allClips(app)).toHaveLength(6), waitLong);
  camera.faults.clear();
  await vi.waitFor(async () => {
    const states = (await allClips(app)).map((clip) => `${clip.state} ${clip.state_reason}`);
    expect(states.toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => 'archived null'),
      ...Array.from({ length: 3 }, () => 'skipped duplicate'),
    ]);
  }, waitLong);
});

test('a second program on the same folder is refused, and the first goes on', async () => {
  const app = await useApp();
  await expect(startTestApp({ configDir: app.configDir })).rejects.toThrow(/another viofosync/);
  expect((await app.call(routes.getHealth)).status).toBe('ok');
});
