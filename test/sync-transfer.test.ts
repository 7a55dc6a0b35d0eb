import { expect, test, vi } from 'vitest';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import type { FaultChange } from '../simulator/faults.ts';
import { routes } from '../src/shared/routes.ts';
import { archiveFiles, expectInvariants } from './invariants.ts';
import {
  addDrive,
  allClips,
  bytesDownloaded,
  cardBytes,
  clipNamed,
  downloadsOf,
  expectSameBytes,
  fastClock,
  rangeStart,
  untilArchived,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';

const seam = 64 * 1024;

test('a clip that is paused in the middle goes on from the bytes it had', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 2_000_000 });
  const entries = addDrive(camera, { clips: 1, bytes: 2_000_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThan(700_000), waitLong);
  expect((await app.call(routes.pauseSync)).paused).toBe(true);
  await vi.waitFor(async () => {
    const { cameras } = await app.call(routes.getStatus);
    expect(cameras[0]!.activity).toBe('paused');
  }, waitLong);
  const asked = downloadsOf(camera).length;
  expect(await clipNamed(app, entries[0]!.name)).toMatchObject({ state: 'waiting', attempts: 0 });
  await app.call(routes.resumeSync);
  await untilArchived(app, 1);
  const next = downloadsOf(camera)[asked]!;
  expect(rangeStart(next)).toBeGreaterThan(700_000 - seam - 200_000);
  expect(bytesDownloaded(camera)).toBeLessThan(2_000_000 * 1.15 + seam);
  await expectSameBytes(app, entries);
  await expectInvariants(app, camera);
});

test('a pause outlives a restart', async () => {
  const camera = await useCamera();
  const app = await useApp({ cameraAddress: camera.address });
  await app.call(routes.pauseSync);
  await app.restart();
  addDrive(camera, { clips: 1, bytes: 20_000 });
  const { cameras, sync } = await app.call(routes.getStatus);
  expect(sync.paused).toBe(true);
  expect(cameras[0]!.activity).toBe('paused');
  expect(downloadsOf(camera)).toEqual([]);
  await app.call(routes.resumeSync);
  await untilArchived(app, 1);
});

test('a clip goes on from the bytes it had when the program is restarted in the middle of it', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 2_000_000 });
  const entries = addDrive(camera, { clips: 2, bytes: 1_500_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThan(600_000), waitLong);
  const name = downloadsOf(camera)[0]!.path;
  await app.restart();
  await untilArchived(app, 2);
  const again = downloadsOf(camera).filter((request) => request.path === name)[1]!;
  expect(rangeStart(again)).toBeGreaterThan(300_000);
  await expectSameBytes(app, entries);
  expect(await archiveFiles(app.recordings)).not.toContainEqual(expect.stringMatching(/\.part$/));
  await expectInvariants(app, camera);
});

test('with every second transfer broken at a random byte, every clip arrives for at most 1.05 bytes sent each', async () => {
  const camera = await useCamera({ seed: 11 });
  camera.faults.set({ dropEvery: 2, bytesPerSecond: 30_000_000 });
  const entries = addDrive(camera, { clips: 12, bytes: 5_000_000 });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock() });
  await untilArchived(app, 12);
  await expectSameBytes(app, entries);
  expect(downloadsOf(camera).some((request) => request.aborted)).toBe(true);
  expect(bytesDownloaded(camera) / cardBytes(entries)).toBeLessThanOrEqual(1.05);
  const attempts = (await allClips(app)).map((clip) => clip.attempts);
  expect(Math.max(...attempts), 'only a transfer without a new byte counts').toBeLessThanOrEqual(2);
  await expectInvariants(app, camera);
});

/** Each fault, with the clip that meets it; afterwards all is archived whole and nothing was concluded wrongly. */
const passingFaults: [name: string, faults: FaultChange][] = [
  ['is reset after some bytes, three times', { dropAfterBytes: 150_000, limit: 3 }],
  ['is closed cleanly before its end', { closeAfterBytes: 120_000, limit: 2 }],
  ['stalls', { stallAfterBytes: 100_000, limit: 1 }],
  ['breaks off before its first byte', { dropAfterBytes: 0, limit: 2 }],
  ['comes without a length', { omitContentLength: true }],
  ['comes without a length and is cut off', { omitContentLength: true, closeAfterBytes: 90_000, limit: 3 }],
  ['has a length header that says too much', { contentLengthDelta: 5000 }],
  ['is not resumable: ranges are ignored', { range: 'ignored', dropAfterBytes: 150_000, limit: 2 }],
  ['is refused by HEAD', { head: 'closed' }],
  ['has no HEAD at all', { head: 'not-implemented' }],
  ['comes with header lines that end in a bare line feed', { headers: 'lf-only' }],
  ['comes with blanks before its colons', { headers: 'space-before-colon' }],
];

test.each(passingFaults)('a transfer that %s still ends in a whole clip', async (_name, faults) => {
  const camera = await useCamera();
  camera.faults.set(faults);
  const entries = addDrive(camera, { clips: 3, bytes: 300_000 });
  const app = await useApp({
    cameraAddress: camera.address,
    clock: fastClock(),
    cameraLimits: { bodyMs: 300 },
  });
  await untilArchived(app, 3);
  await expectSameBytes(app, entries);
  expect((await allClips(app)).map((clip) => clip.complete)).toEqual([1, 1, 1]);
  await expectInvariants(app, camera);
});

/** Faults that last until they are lifted: nothing is archived wrongly meanwhile. */
const lastingFaults: [name: string, faults: FaultChange][] = [
  ['answers 500', { serverError: 'files' }],
  [
    'answers a range with another part of the file',
    { range: 'wrong-content-range', dropAfterBytes: 100_000 },
  ],
  ['answers a range without saying which', { range: 'no-content-range', dropAfterBytes: 100_000 }],
  ['never sends a byte and closes', { closeAfterBytes: 0 }],
  ['sends nothing and gives no length', { closeAfterBytes: 0, omitContentLength: true }],
];

test.each(lastingFaults)(
  'a camera that %s fills nothing, and the clips arrive once it is well',
  async (_name, faults) => {
    const camera = await useCamera();
    camera.faults.set(faults);
    const entries = addDrive(camera, { clips: 2, bytes: 300_000 });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock(20) });
    await vi.waitFor(() => expect(downloadsOf(camera).length).toBeGreaterThanOrEqual(2), waitLong);
    expect((await app.call(routes.getStatus)).archive.clips).toBe(0);
    expect((await archiveFiles(app.recordings)).filter((path) => path.endsWith('.MP4'))).toEqual([]);
    camera.faults.clear();
    await vi.waitFor(async () => {
      await app.call(routes.retryFailed, { body: {} });
      expect((await app.call(routes.getStatus)).archive.clips).toBe(2);
    }, waitLong);
    await expectSameBytes(app, entries);
    await expectInvariants(app, camera);
  },
);

test('a camera that gives no byte of a clip is not asked over and over without a pause', async () => {
  const camera = await useCamera();
  camera.faults.set({ closeAfterBytes: 0, omitContentLength: true });
  addDrive(camera, { clips: 1, bytes: 300_000 });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock(2000) });
  await vi.waitFor(
    async () => expect((await allClips(app))[0]).toMatchObject({ state: 'failed', attempts: 5 }),
    waitLong,
  );
  expect(downloadsOf(camera).length).toBeLessThanOrEqual(5);
});

test('a clip that fails again and again is given up after five attempts, says why, and can be tried again', async () => {
  const camera = await useCamera();
  camera.faults.set({ serverError: 'files' });
  const entries = addDrive(camera, { clips: 1, bytes: 20_000 });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock(2000) });
  await vi.waitFor(
    async () => expect((await allClips(app))[0]).toMatchObject({ state: 'failed', attempts: 5 }),
    waitLong,
  );
  const { items } = await app.call(routes.getQueue, { query: { state: 'failed' } });
  expect(items[0]).toMatchObject({
    name: entries[0]!.name,
    position: null,
    lastError: expect.stringMatching(/500/),
  });
  camera.faults.clear();
  expect(await app.call(routes.retryFailed, { body: {} })).toMatchObject({ changed: 1 });
  await untilArchived(app, 1);
  await expectSameBytes(app, entries);
});

test('a file whose length header says too little is never taken for whole without a second look', async () => {
  const camera = await useCamera();
  camera.faults.set({ contentLengthDelta: -5000 });
  const entries = addDrive(camera, { clips: 1, bytes: 300_000 });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock(20) });
  await vi.waitFor(
    async () => expect((await allClips(app))[0]).toMatchObject({ state: 'held', state_reason: 'growing' }),
    waitLong,
  );
  expect((await allClips(app))[0]!.attempts).toBe(0);
  camera.faults.clear();
  await untilArchived(app, 1);
  await expectSameBytes(app, entries);
  await expectInvariants(app, camera);
});

test('a file that is still growing behind a stale size is archived late and whole, once', async () => {
  const camera = await useCamera();
  camera.faults.set({ growing: { listedFraction: 0.4, stepFraction: 0.15 } });
  const [entry] = addDrive(camera, { clips: 1, bytes: 300_000 });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock(400) });
  await untilArchived(app, 1);
  await expectSameBytes(app, [entry!]);
  camera.faults.clear();
  const { listingRequests } = camera;
  await vi.waitFor(
    () => expect(camera.listingRequests.length).toBeGreaterThan(listingRequests.length + 12),
    waitLong,
  );
  expect(
    (await allClips(app)).map((clip) => clip.state),
    'no second copy when the listing catches up',
  ).toEqual(['archived']);
  await expectInvariants(app, camera);
});

test('a camera that leaves in the middle of a clip is away, without an attempt burnt, and the clip goes on later', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 2_000_000 });
  const entries = addDrive(camera, { clips: 2, bytes: 1_000_000 });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock() });
  await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThan(500_000), waitLong);
  await camera.goAway();
  await vi.waitFor(
    async () => expect((await app.call(routes.getStatus)).cameras[0]!.activity).toBe('away'),
    waitLong,
  );
  expect((await allClips(app)).map((clip) => clip.attempts)).toEqual([0, 0]);
  const asked = downloadsOf(camera).length;
  await camera.comeBack();
  await untilArchived(app, 2);
  expect(rangeStart(downloadsOf(camera)[asked]!)).toBeGreaterThan(200_000);
  await expectSameBytes(app, entries);
  await expectInvariants(app, camera);
});

test('a file deleted under the reader is lost, and the others arrive', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 4, bytes: 300_000 });
  const victim = entries[1]!;
  camera.faults.set({ deleteAfterBytes: 100_000, match: victim.name, limit: 1 });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock() });
  await untilArchived(app, 3);
  await vi.waitFor(async () => expect((await clipNamed(app, victim.name)).state).toBe('lost'), waitLong);
  await expectSameBytes(
    app,
    entries.filter((entry) => entry !== victim),
  );
  await expectInvariants(app, camera);
});

test('a clip that is locked between listing and download is followed to its new folder, with no attempt burnt', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 3, bytes: 50_000 });
  camera.faults.set({ beforeDownload: 'lock', match: entries[1]!.name, limit: 1 });
  const app = await useApp({ cameraAddress: camera.address, pace: { idleMs: 60_000 } });
  await untilArchived(app, 3);
  expect(await clipNamed(app, entries[1]!.name)).toMatchObject({ locked: 1, attempts: 0 });
  await expectSameBytes(app, camera.card.entries);
  await expectInvariants(app, camera);
});

test('a clip that vanishes between listing and download is lost without being asked for again', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 3, bytes: 50_000 });
  camera.faults.set({ beforeDownload: 'vanish', match: entries[0]!.name, limit: 1 });
  const app = await useApp({ cameraAddress: camera.address, pace: { idleMs: 60_000 } });
  await untilArchived(app, 2);
  expect(await clipNamed(app, entries[0]!.name)).toMatchObject({
    state: 'lost',
    state_reason: 'overwritten',
  });
  expect(downloadsOf(camera, entries[0]!.name)).toHaveLength(1);
  await expectInvariants(app, camera);
});

test('a recording that is damaged on the camera is kept as it is after a second, equal copy', async () => {
  const camera = await useCamera();
  const whole = tinyMp4Source(5, 200_000);
  const cutBytes = 2_000;
  const entry = camera.card.addClip({
    startedLocal: localTime(2026, 6, 28, 9),
    source: { sizeBytes: cutBytes, read: (from, to) => whole.read(from, Math.min(to, cutBytes)) },
  });
  const others = addDrive(camera, { clips: 2, bytes: 50_000 });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock(2000) });
  await untilArchived(app, 3);
  expect(await clipNamed(app, entry.name)).toMatchObject({ complete: 0, state_reason: 'damaged' });
  expect(downloadsOf(camera, entry.name)).toHaveLength(2);
  await expectSameBytes(app, [entry, ...others]);
  await expectInvariants(app, camera);
});

test('a copy that was damaged on the way is fetched again and replaced by the whole one', async () => {
  const camera = await useCamera();
  const good = tinyMp4Source(5, 60_000);
  let reads = 0;
  const flaky = {
    sizeBytes: good.sizeBytes,
    read: (from: number, to: number) => (reads++ === 0 ? tinyNoise(from, to) : good.read(from, to)),
  };
  const entry = camera.card.addClip({ startedLocal: localTime(2026, 6, 28, 9), source: flaky });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock(2000) });
  await untilArchived(app, 1);
  expect(await clipNamed(app, entry.name)).toMatchObject({ complete: 1, state_reason: null });
  await expectSameBytes(app, [entry]);
  await expectInvariants(app, camera);
});

async function* tinyNoise(from: number, to: number): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.alloc(to - from, 0x5a));
}
