import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { addSeconds, localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { routes } from '../src/shared/routes.ts';
import {
  addDrive,
  allClips,
  clipNamed,
  downloadsOf,
  fastClock,
  handClock,
  untilArchived,
  untilSettled,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';

test('a clip of many pieces has the Wi-Fi to itself until its last one', async () => {
  const camera = await useCamera();
  const large = 90 * 1024 * 1024;
  for (const seed of [1, 2]) {
    const startedLocal = localTime(2026, 6, 28, 13, seed);
    camera.card.addClip({ startedLocal, source: tinyMp4Source(seed, large, { startedLocal }) });
  }
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 2, 40_000);
  const paths = downloadsOf(camera).map((request) => request.path);
  expect(new Set(paths.slice(0, 2)).size, 'both pieces of the first').toBe(1);
  expect(new Set(paths.slice(2)).size).toBe(1);
  expect(paths).toHaveLength(4);
});

test('what waits is told of after a restart, also while the camera is away', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 200_000 });
  addDrive(camera, { clips: 5, bytes: 400_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(() => expect(downloadsOf(camera).length).toBeGreaterThan(0), waitLong);
  await camera.goAway();
  await app.restart();
  const { sync } = await app.call(routes.getStatus);
  const { total } = await app.call(routes.getQueue, { query: {} });
  expect(sync.waiting).toBe(total);
  expect(total).toBe(5);
});

test('the rest of a download that cannot be removed does not stop other downloads', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 1, bytes: 20_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  const [clip] = await allClips(app);
  // A folder is in the place of the file.
  await mkdir(join(app.recordings, 'x', 'old.MP4.part'), { recursive: true });
  const part = { clip_id: clip!.id, path: 'x/old.MP4', total_bytes: null, remote_timecode: null };
  await app.app.db
    .insertInto('part')
    .values({ ...part, durable_bytes: 0, boot_id: 'a', sha256: null, updated_at: 0 })
    .execute();
  addDrive(camera, { clips: 3, bytes: 20_000, start: addSeconds(localTime(2026, 6, 28, 15), 0) });
  await untilArchived(app, 4);
  const told = app.log.filter((line) => line['msg'] === 'the rest of a download could not be removed');
  expect(told).toHaveLength(1);
});

test('a clock that was ahead does not keep a clip waiting when it has been corrected', async () => {
  const camera = await useCamera();
  const clock = handClock(Date.UTC(2030, 0, 1));
  const [entry] = addDrive(camera, { clips: 1, bytes: 300_000 });
  camera.faults.set({ serverError: 'files' });
  const app = await useApp({ cameraAddress: camera.address, clock });
  await vi.waitFor(
    async () => expect((await clipNamed(app, entry!.name)).next_attempt_at).toBeGreaterThan(clock.now()),
    waitLong,
  );
  camera.faults.clear();
  clock.advance(Date.UTC(2026, 5, 28, 12) - Date.UTC(2030, 0, 1));
  await app.call(routes.syncNow, { body: {} });
  await untilArchived(app, 1);
});

test('a clip at which the camera hangs every time is given up, and the others are not kept waiting', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 3, bytes: 300_000 });
  camera.faults.set({ stallAfterBytes: 5000, match: entries[2]!.name });
  const app = await useApp({
    cameraAddress: camera.address,
    clock: fastClock(2000),
    cameraLimits: { bodyMs: 100 },
  });
  await vi.waitFor(
    async () => expect(await clipNamed(app, entries[2]!.name)).toMatchObject({ state: 'failed' }),
    waitLong,
  );
  const failed = await clipNamed(app, entries[2]!.name);
  expect(failed.attempts).toBe(5);
  expect(failed.last_error).toMatch(/stopped sending/);
  await untilSettled(app);
  expect((await app.call(routes.getStatus)).archive.clips).toBe(2);
});

test('what a camera begins to write between the question and the listing is left alone', async () => {
  const camera = await useCamera();
  const drive = addDrive(camera, { clips: 2, bytes: 40_000 });
  camera.faults.set({ latencyMs: 200 });
  const app = await useApp({ cameraAddress: camera.address });
  // Answered with `stopped` as it comes in, before the first listing.
  await vi.waitFor(
    () => expect(camera.requests.some(({ target }) => target.endsWith('cmd=3014'))).toBe(true),
    { ...waitLong, interval: 10 },
  );
  const [open] = camera.card.recordCapture({
    startedLocal: addSeconds(drive[1]!.startedLocal, 60),
    sources: { front: tinyMp4Source(9, 60_000) },
  });
  camera.card.growRecording(0.5);
  expect(camera.requests.some(({ target }) => target.endsWith('cmd=3015'))).toBe(false);
  await untilArchived(app, 2);
  expect(await clipNamed(app, open!.name)).toMatchObject({ state: 'held', state_reason: 'recording' });
  expect(downloadsOf(camera, open!.name)).toEqual([]);
  camera.card.finishRecording();
  await untilArchived(app, 3);
});
