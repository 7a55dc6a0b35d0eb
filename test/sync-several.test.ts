import { expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { expectInvariants } from './invariants.ts';
import {
  addDrive,
  clipNamed,
  downloadsOf,
  expectSameBytes,
  untilArchived,
  untilSettled,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import { TestApiError } from './test-app.ts';

test('a camera that hangs in a transfer does not keep another from being fetched', async () => {
  const [stuck, well] = [await useCamera(), await useCamera()];
  stuck.faults.set({ stallAfterBytes: 5000 });
  addDrive(stuck, { clips: 2, bytes: 40_000 });
  addDrive(well, { clips: 4, bytes: 40_000 });
  const app = await useApp({ cameraAddress: stuck.address });
  await vi.waitFor(() => expect(downloadsOf(stuck).length).toBe(1), waitLong);
  await app.call(routes.addCamera, { body: { name: 'Second car', address: well.address } });
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).archive.clips).toBe(4), waitLong);
  expect(downloadsOf(stuck).length).toBe(1);
  expect((await app.call(routes.getStatus)).sync.status).toBe('downloading');
  stuck.faults.clear();
  await app.call(routes.pauseSync);
  await app.call(routes.resumeSync);
  await untilArchived(app, 6);
  await expectInvariants(app, stuck, well);
});

test('with two transfers at a time a camera gets two requests at once and never more', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 600_000 });
  const entries = addDrive(camera, { clips: 8, bytes: 60_000 });
  const app = await useApp({ cameraAddress: camera.address });
  const [{ id } = { id: 0 }] = (await app.call(routes.listCameras)).cameras;
  const changed = await app.call(routes.updateCamera, { params: { id }, body: { parallel: 2 } });
  expect(changed.parallel).toBe(2);
  await vi.waitFor(async () => {
    const [view] = (await app.call(routes.listCameras)).cameras;
    expect(view?.transfers.length).toBe(2);
  }, waitLong);
  await untilArchived(app, 8);
  expect(camera.maxConcurrent).toBe(2);
  await expectSameBytes(app, entries);
});

test('"it is here now" wakes the camera that is meant, by its id or by one of its addresses', async () => {
  const [one, other] = [await useCamera(), await useCamera()];
  const app = await useApp({ cameraAddress: one.address, pollMs: 3_600_000, pace: { idleMs: 3_600_000 } });
  await app.call(routes.addCamera, {
    body: { name: 'Second car', address: '127.0.0.1:1', alternativeAddress: other.address },
  });
  await vi.waitFor(() => expect(other.requests.length).toBeGreaterThan(0), waitLong);
  await untilSettled(app);
  const before = one.listingRequests.length;
  const lists = other.listingRequests.length;
  await app.call(routes.syncNow, { body: { address: other.address } });
  await vi.waitFor(() => expect(other.listingRequests.length).toBeGreaterThan(lists), waitLong);
  expect(one.listingRequests.length).toBe(before);
  // A router knows no port.
  const again = other.listingRequests.length;
  await untilSettled(app);
  await app.call(routes.syncNow, { body: { address: '127.0.0.1' } });
  await vi.waitFor(() => expect(other.listingRequests.length).toBeGreaterThan(again), waitLong);
  await expect(app.call(routes.syncNow, { body: { cameraId: 99 } })).rejects.toThrow(TestApiError);
  await expect(app.call(routes.syncNow, { body: { address: '192.168.7.7' } })).rejects.toThrow(
    'There is no camera 192.168.7.7.',
  );
});

test('another order in the settings holds at once, and stops nothing', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 300_000 });
  const entries = addDrive(camera, { clips: 5, bytes: 50_000 });
  camera.card.lock(`/DCIM/Movie/${entries[0]!.name}`);
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(() => expect(downloadsOf(camera).length).toBe(1), waitLong);
  // The locked one came first; without its class it is one of the drive.
  expect(downloadsOf(camera)[0]!.path).toContain(entries[0]!.name);
  await app.call(routes.updateSettings, { body: { downloadOrder: ['newest', 'earlier'] } });
  const { items } = await app.call(routes.getQueue, { query: {} });
  expect(items.filter((item) => item.state === 'waiting').map((item) => item.reason)).not.toContain('locked');
  await untilArchived(app, 5);
  expect(downloadsOf(camera).filter((request) => request.path.includes(entries[0]!.name)).length).toBe(1);
  expect((await clipNamed(app, entries[0]!.name)).attempts).toBe(0);
});
