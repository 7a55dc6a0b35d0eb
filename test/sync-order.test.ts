import { expect, test, vi } from 'vitest';
import { bytesSource } from '../simulator/pattern-source.ts';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { routes } from '../src/shared/routes.ts';
import { expectInvariants } from './invariants.ts';
import {
  addDrive,
  allClips,
  clipNamed,
  downloadsOf,
  expectSameBytes,
  untilArchived,
  untilListedAgain,
  untilSettled,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';

const bytes = 20_000;

const at = (hour: number, minute: number) => localTime(2026, 6, 28, hour, minute);

function addMixedCard(camera: SimulatedCamera) {
  const pair = (startedLocal: Date, seed: number) =>
    camera.card.addCapture({
      startedLocal,
      sources: { front: tinyMp4Source(seed, bytes), rear: tinyMp4Source(seed + 1, bytes) },
    });
  const single = (startedLocal: Date, kind: 'parking' | 'normal', locked = false) =>
    camera.card.addClip({ startedLocal, kind, locked, source: tinyMp4Source(+startedLocal % 997, bytes) });
  return {
    parking: single(at(11, 0), 'parking'),
    earlier: pair(at(8, 0), 1),
    locked: single(at(9, 0), 'normal', true),
    newestDrive: [pair(at(13, 0), 3), pair(at(13, 1), 5)] as const,
  };
}

test('locked clips come first, then the newest drive with its front before its rear, each from the newest on, parking last', async () => {
  const camera = await useCamera();
  const card = addMixedCard(camera);
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 8);
  const [[front, rear], [laterFront, laterRear]] = card.newestDrive;
  const newestFirst = [laterFront, front, laterRear, rear];
  const expected = [card.locked, ...newestFirst, ...card.earlier, card.parking].map((entry) => entry?.name);
  expect(downloadsOf(camera).map((request) => request.path.split('/').at(-1))).toEqual(expected);
  await expectSameBytes(app, camera.card.entries);
  await expectInvariants(app, camera);
});

test('clips that the user asks for first are the next ones fetched', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 400_000 });
  const entries = addDrive(camera, { clips: 6, bytes: 40_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(() => expect(downloadsOf(camera).length).toBe(1), waitLong);
  const oldest = await clipNamed(app, entries[0]!.name);
  expect(await app.call(routes.fetchFirst, { body: { clipIds: [oldest.id] } })).toMatchObject({ changed: 1 });
  const asked = downloadsOf(camera).length;
  await untilArchived(app, 6);
  const names = downloadsOf(camera).map((request) => request.path.split('/').at(-1));
  // One clip may already have been made ready behind the one under way.
  expect(names.indexOf(oldest.name)).toBeLessThanOrEqual(asked + 1);
  await expectInvariants(app, camera);
});

test('the queue shows the order in which clips are then fetched', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 200_000 });
  addMixedCard(camera);
  const app = await useApp({ cameraAddress: camera.address });
  const shown = await vi.waitFor(async () => {
    const { items, total } = await app.call(routes.getQueue, { query: {} });
    expect(total).toBeGreaterThanOrEqual(6);
    expect(items.map((item) => item.position)).toEqual(items.map((_, index) => index + 1));
    return items.filter((item) => item.state === 'waiting').map((item) => item.name);
  }, waitLong);
  camera.faults.clear();
  await untilArchived(app, 8);
  const fetched = downloadsOf(camera).map((request) => request.path.split('/').at(-1));
  expect(fetched.filter((name) => shown.includes(name ?? ''))).toEqual(shown);
  expect(await app.call(routes.getQueue, { query: {} })).toEqual({ items: [], total: 0 });
});

test('the newest capture is held while the camera records and fetched whole when it has stopped', async () => {
  const camera = await useCamera({ now: () => new Date(Date.UTC(2026, 5, 28, 14)) });
  addDrive(camera, { clips: 2, bytes });
  const startedLocal = localTime(2026, 6, 28, 13, 59);
  const [front, rear] = camera.card.recordCapture({
    startedLocal,
    sources: { front: tinyMp4Source(70, 90_000), rear: tinyMp4Source(71, 80_000) },
  });
  camera.card.growRecording(0.4);
  camera.card.growRecording(0.8);
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 2);
  await untilListedAgain(camera, 2);
  for (const entry of [front!, rear!]) {
    expect(await clipNamed(app, entry.name)).toMatchObject({ state: 'held', state_reason: 'recording' });
    expect(downloadsOf(camera, entry.name)).toEqual([]);
  }
  camera.card.finishRecording(localTime(2026, 6, 28, 14, 0, 0));
  await untilArchived(app, 4);
  await expectSameBytes(app, camera.card.entries);
  const row = await clipNamed(app, front!.name);
  expect(row.mtime_ms, 'the end of the recording, not what was listed while it was written').toBe(
    Date.UTC(2026, 5, 28, 13, 0, 0),
  );
  await expectInvariants(app, camera);
});

test('a drive that begins while clips are being fetched is held too', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 300_000 });
  addDrive(camera, { clips: 5, bytes: 60_000 });
  const app = await useApp({ cameraAddress: camera.address, pace: { idleMs: 20 } });
  await vi.waitFor(() => expect(downloadsOf(camera).length).toBeGreaterThan(0), waitLong);
  const [entry] = camera.card.recordCapture({
    startedLocal: localTime(2026, 6, 28, 15),
    sources: { front: tinyMp4Source(50, 60_000) },
  });
  camera.card.growRecording(0.5);
  camera.card.growRecording(0.5);
  await untilArchived(app, 5);
  expect(await clipNamed(app, entry!.name)).toMatchObject({ state: 'held', state_reason: 'recording' });
  expect(downloadsOf(camera, entry!.name)).toEqual([]);
  await expectInvariants(app, camera);
});

test('two cameras fill one archive, each in its own folder, one request at a time each', async () => {
  const [first, second] = [await useCamera(), await useCamera({ seed: 2 })];
  addDrive(first, { clips: 3, bytes });
  addDrive(second, { clips: 4, bytes: bytes + 500 });
  const app = await useApp({ cameraAddress: first.address });
  await app.call(routes.addCamera, { body: { name: 'Van', address: second.address } });
  await untilArchived(app, 7);
  const paths = (await allClips(app)).map((clip) => clip.path);
  expect(paths.filter((path) => path?.startsWith('Van/2026-06-28/'))).toHaveLength(4);
  expect(paths.filter((path) => path?.startsWith('2026-06-28/'))).toHaveLength(3);
  await expectInvariants(app, first, second);
});

test('photos stay on the card, listed, until they are asked for', async () => {
  const camera = await useCamera();
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Array.from({ length: 500 }, () => 7), 0xff, 0xd9]);
  const photo = camera.card.addPhoto({
    startedLocal: localTime(2026, 6, 28, 12),
    source: bytesSource(jpeg),
  });
  addDrive(camera, { clips: 1, bytes });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  await untilListedAgain(camera);
  expect(await clipNamed(app, photo.name)).toMatchObject({ state: 'listed', state_reason: 'photo' });
  await app.call(routes.updateSettings, { body: { fetchPhotos: true } });
  await untilArchived(app, 2);
  await expectSameBytes(app, [photo]);
  await untilSettled(app);
  await expectInvariants(app, camera);
});
