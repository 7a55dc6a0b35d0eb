import { expect, test, vi } from 'vitest';
import { bytesSource } from '../simulator/pattern-source.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import type { FaultChange } from '../simulator/faults.ts';
import { routes } from '../src/shared/routes.ts';
import { archiveFiles, expectInvariants } from './invariants.ts';
import {
  addDrive,
  allClips,
  clipNamed,
  downloadsOf,
  expectSameBytes,
  fastClock,
  untilArchived,
  untilListedAgain,
  untilSettled,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import type { TestApp } from './test-app.ts';

const bytes = 20_000;

/** An archive of three clips, with one more that is held because its place is taken by a file. */
async function settledArchive(camera: SimulatedCamera): Promise<TestApp> {
  addDrive(camera, { clips: 3, bytes });
  camera.card.recordCapture({
    startedLocal: localTime(2026, 6, 28, 14),
    sources: { front: tinyMp4Source(9, bytes) },
  });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 3);
  await untilListedAgain(camera);
  await untilSettled(app);
  return app;
}

const storyOf = async (app: TestApp) =>
  (await allClips(app)).map(({ name, state, state_reason, remote_gone_at, attempts, locked }) => {
    return { name, state, state_reason, remote_gone_at, attempts, locked };
  });

const badListings: [name: string, faults: FaultChange][] = [
  ['is empty', { listing: 'empty' }],
  ['breaks off in the middle', { listing: 'partial' }],
  ['is binary garbage', { listing: 'garbage' }],
  ['is an HTML error page', { listing: 'html-error' }],
  ['has no body', { listing: 'empty-body' }],
  ['is not there', { listing: 'not-found' }],
  ['is refused as busy', { busy: true }],
  ['is answered with 500', { serverError: 'listings' }],
];

test.each(badListings)('a listing that %s changes nothing in the ledger', async (_name, faults) => {
  const camera = await useCamera();
  const app = await settledArchive(camera);
  const before = await storyOf(app);
  expect(before.map((clip) => clip.state)).toContain('held');
  camera.faults.set(faults);
  await untilListedAgain(camera, 2);
  expect(await storyOf(app)).toEqual(before);
  camera.faults.clear();
  camera.card.finishRecording();
  await untilArchived(app, 4);
  await expectInvariants(app, camera);
});

test('clips that the card has overwritten are lost, and those in the archive stay there', async () => {
  const camera = await useCamera();
  camera.faults.set({ serverError: 'files', match: '.MP4' });
  const entries = addDrive(camera, { clips: 3, bytes });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock() });
  await vi.waitFor(async () => expect(await allClips(app)).toHaveLength(3), waitLong);
  camera.card.remove(`/DCIM/Movie/${entries[0]!.name}`);
  await vi.waitFor(
    async () =>
      expect(await clipNamed(app, entries[0]!.name)).toMatchObject({
        state: 'lost',
        state_reason: 'overwritten',
      }),
    waitLong,
  );
  camera.faults.clear();
  await app.call(routes.retryFailed, { body: {} });
  await untilArchived(app, 2);
  camera.card.remove(`/DCIM/Movie/${entries[1]!.name}`);
  await untilListedAgain(camera, 2);
  expect((await clipNamed(app, entries[1]!.name)).state).toBe('archived');
  await expectInvariants(app, camera);
});

test('a router at the address of the camera is a stranger, a problem, and never an empty card', async () => {
  const camera = await useCamera();
  const app = await settledArchive(camera);
  const before = await storyOf(app);
  camera.faults.set({ persona: 'router' });
  await vi.waitFor(async () => {
    const status = await app.call(routes.getStatus);
    expect(status.cameras[0]!.activity).toBe('stranger');
    expect(status.problems.map((problem) => problem.key)).toEqual(['camera:1:stranger']);
  }, waitLong);
  expect(await storyOf(app)).toEqual(before);
  camera.faults.clear();
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).problems).toEqual([]), waitLong);
  await expectInvariants(app, camera);
});

test('another camera at the address is a stranger, and nothing of its card enters the ledger', async () => {
  const camera = await useCamera();
  camera.otherDevice.card.addClip({
    startedLocal: localTime(2026, 6, 29, 9),
    source: tinyMp4Source(3, bytes),
  });
  const app = await settledArchive(camera);
  const before = await storyOf(app);
  camera.faults.set({ persona: 'other-camera' });
  await vi.waitFor(async () => {
    const { cameras, problems } = await app.call(routes.getStatus);
    expect(cameras[0]).toMatchObject({ activity: 'stranger', message: expect.stringMatching(/A119MINI2/) });
    expect(problems[0]!.message).toMatch(/A119MINI2/);
  }, waitLong);
  expect(await storyOf(app)).toEqual(before);
  expect(before).toHaveLength(4);
});

test('an address where some other web server answers is a stranger from the first moment', async () => {
  const camera = await useCamera();
  camera.faults.set({ persona: 'router' });
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(
    async () => expect((await app.call(routes.getStatus)).cameras[0]!.activity).toBe('stranger'),
    waitLong,
  );
  const tried = await app.call(routes.testCamera, { body: { address: camera.address } });
  expect(tried).toMatchObject({ ok: false, message: expect.stringContaining(camera.address) });
  const warnings = app.log.filter(
    (line) => line['msg'] === 'something else answers at the address of the camera',
  );
  await vi.waitFor(() => expect(camera.requests.length).toBeGreaterThan(5), waitLong);
  expect(warnings, 'said once').toHaveLength(1);
});

test('hostile and broken entries of a listing harm nothing, are noted once, and the others arrive', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 3, bytes });
  camera.faults.set({ badEntries: true });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock(2000) });
  await vi.waitFor(async () => {
    for (const entry of entries) expect((await clipNamed(app, entry.name)).state).toBe('archived');
  }, waitLong);
  await untilListedAgain(camera, 3);
  await expectSameBytes(app, entries);
  const files = await archiveFiles(app.recordings);
  expect(files.filter((path) => path.endsWith('.MP4')).toSorted()).toEqual(
    (await allClips(app)).flatMap((clip) => clip.path ?? []).toSorted(),
  );
  const notes = app.log.filter((line) => line['msg'] === 'a note on the listing').map((line) => line['note']);
  expect(notes.length).toBeGreaterThan(5);
  expect(new Set(notes).size).toBe(notes.length);
  const { cameras } = await app.call(routes.getStatus);
  expect(cameras[0]!.lastListing!.notes.length).toBeGreaterThan(5);
  expect(JSON.stringify(app.log)).not.toContain('"level":50');
  const names = (await allClips(app)).map((clip) => clip.name);
  expect(names.filter((name) => /[/\\<>]|\.\.|\p{Cc}/u.test(name))).toEqual([]);
});

test('one name in two folders of a card does not stop the sync', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 2, bytes });
  camera.card.addClip({
    startedLocal: localTime(2026, 6, 28, 13),
    kind: 'parking',
    name: entries[0]!.name,
    source: tinyMp4Source(40, bytes),
  });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 2);
  await untilListedAgain(camera);
  expect((await allClips(app)).map((clip) => clip.state)).toEqual(['archived', 'archived']);
  expect(app.log.filter((line) => line['level'] === 50)).toEqual([]);
  await expectInvariants(app, camera);
});

test('a video whose name says nothing is filed under Unclassified with the time of its movie header', async () => {
  const camera = await useCamera();
  const entry = camera.card.addClip({
    name: 'HOLIDAY 100% #1.MP4',
    startedLocal: localTime(2026, 3, 4, 5, 6, 7),
    source: tinyMp4Source(4, bytes, { startedLocal: localTime(2026, 2, 3, 4, 5, 6) }),
  });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  await untilListedAgain(camera);
  const clip = await clipNamed(app, entry.name);
  expect(clip).toMatchObject({
    path: 'Unclassified/HOLIDAY 100% #1.MP4',
    local_start: '2026-02-03T04:05:06',
    local_day: '2026-02-03',
    kind: 'unclassified',
    state: 'archived',
  });
  const { captures } = await app.call(routes.getDay, { params: { day: '2026-02-03' } });
  expect(captures).toMatchObject([{ localStart: '2026-02-03T04:05:06', clips: [{ name: entry.name }] }]);
  const video = await app.fetch(`/api/clips/${clip.id}/video`);
  expect(video.status).toBe(200);
  expect((await video.arrayBuffer()).byteLength).toBe(bytes);
  await expectInvariants(app, camera);
});

test('a movie header with an absurd time still lets its clip be filed', async () => {
  const camera = await useCamera();
  const entry = camera.card.addClip({
    name: 'strange.MP4',
    startedLocal: localTime(2026, 3, 4, 5, 6, 7),
    source: tinyMp4Source(4, bytes, { startedLocal: localTime(1950, 1, 1) }),
  });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  expect((await clipNamed(app, entry.name)).local_day).toBe('2026-03-04');
  await expectInvariants(app, camera);
});

test('a name that comes again with other contents after the card was formatted is a second clip beside the first', async () => {
  const camera = await useCamera();
  const start = localTime(2026, 6, 28, 13);
  const [first] = addDrive(camera, { clips: 1, bytes });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  camera.card.clear();
  const second = camera.card.addClip({ startedLocal: start, source: tinyMp4Source(77, bytes + 7_777) });
  expect(second.name).toBe(first!.name);
  await untilArchived(app, 2);
  await untilListedAgain(camera, 2);
  const rows = await allClips(app);
  expect(rows.map((row) => [row.generation, row.state, row.path])).toEqual([
    [0, 'archived', `2026-06-28/${first!.name}`],
    [1, 'archived', `2026-06-28/${first!.name.replace('.MP4', '~2.MP4')}`],
  ]);
  await expectInvariants(app, camera);
});

test('a transport stream is fetched, filed and played as what it is', async () => {
  const camera = await useCamera({ nameLayout: 'sdk', extension: 'TS' });
  const packets = Buffer.alloc(188 * 50);
  for (let at = 0; at < packets.length; at += 188) packets[at] = 0x47;
  const entry = camera.card.addClip({
    startedLocal: localTime(2026, 6, 28, 13),
    source: bytesSource(packets),
  });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  await expectSameBytes(app, [entry]);
  const clip = await clipNamed(app, entry.name);
  expect(clip).toMatchObject({ container: 'ts', complete: 1 });
  const video = await app.fetch(`/api/clips/${clip.id}/video`);
  expect(video.headers.get('content-type')).toMatch(/^video\/mp2t/);
});

test('a folder listing alone, with rounded sizes, is enough to archive a card', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 3, bytes });
  camera.device.options.busyWhileRecording = true;
  camera.device.switchRecording(true);
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 2);
  expect(await clipNamed(app, entries[2]!.name)).toMatchObject({ state: 'held', state_reason: 'recording' });
  camera.device.switchRecording(false);
  await untilArchived(app, 3);
  await expectSameBytes(app, entries);
  await untilListedAgain(camera, 2);
  expect(await allClips(app), 'exact sizes later do not make second clips').toHaveLength(3);
  expect(downloadsOf(camera)).toHaveLength(3);
  await expectInvariants(app, camera);
});
