/** What cameras list that no camera should: nothing may crash, be mixed up or be lost. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { CardEntry, VirtualCard } from '../simulator/card.ts';
import { pathOf } from '../simulator/card.ts';
import type { ClipSource } from '../simulator/clip-source.ts';
import { bytesSource, readWhole } from '../simulator/pattern-source.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { addSeconds, localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import type { ClipRow } from '../src/server/db/schema.ts';
import { routes } from '../src/shared/routes.ts';
import { expectInvariants } from './invariants.ts';
import {
  addDrive,
  allClips,
  bytesDownloaded,
  clipNamed,
  downloadsOf,
  expectSameBytes,
  fastClock,
  handClock,
  sha256,
  untilArchived,
  untilListedAgain,
  untilSettled,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import type { TestApp } from './test-app.ts';

const bytes = 20_000;
const veryLong = { timeout: 60_000, interval: 100 };

/** Rows of every state, as `held rule`. */
async function tally(app: TestApp): Promise<Record<string, number>> {
  const rows = await app.app.db
    .selectFrom('clip')
    .select(['state', 'state_reason', (eb) => eb.fn.countAll<number>().as('clips')])
    .groupBy(['state', 'state_reason'])
    .execute();
  return Object.fromEntries(
    rows.map((row) => [[row.state, row.state_reason].filter(Boolean).join(' '), row.clips]),
  );
}

async function lastListing(app: TestApp) {
  return app.app.db.selectFrom('listing').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow();
}

/** Each file of the archive that belongs to this camera has the bytes of one of its clips, and each clip one file. */
async function expectOwnBytes(app: TestApp, cameraId: number, entries: readonly CardEntry[]): Promise<void> {
  const rows = (await allClips(app)).filter((row) => row.camera_id === cameraId && row.state === 'archived');
  const files = await Promise.all(rows.map((row) => readFile(join(app.recordings, row.path ?? ''))));
  const expected = await Promise.all(entries.map((entry) => sha256(entry.source)));
  const found = await Promise.all(files.map((file) => sha256(bytesSource(file))));
  expect(found.toSorted()).toEqual(expected.toSorted());
  expect(rows.map((row) => row.sha256 ?? '').toSorted()).toEqual(expected.toSorted());
}

const topFolder = (row: ClipRow) => (row.path ?? '').split('/')[0];

function noErrors(app: TestApp): void {
  expect(app.log.filter((line) => Number(line['level']) >= 50)).toEqual([]);
}

/** A minute each, front and rear in turn, the last one at 12:00 on 28 June 2026. */
async function fill(card: VirtualCard, clips: number): Promise<CardEntry[]> {
  const head = await readWhole(tinyMp4Source(1, 2000, { durationSeconds: 2 }));
  const last = localTime(2026, 6, 28, 12);
  return Array.from({ length: clips }, (_, index) =>
    card.addClip({
      startedLocal: addSeconds(last, -60 * (clips - 1 - index)),
      channel: index % 2 === 0 ? 'front' : 'rear',
      source: bytesSource(head),
    }),
  );
}

/** The camera comes when it is known that of its clips only the locked ones are fetched. */
async function useLockedOnly(camera: SimulatedCamera): Promise<TestApp> {
  await camera.goAway();
  const app = await useApp({ clock: handClock(), pace: { costFactor: 5 } });
  const { id } = await app.call(routes.addCamera, { body: { name: 'Car', address: camera.address } });
  await app.call(routes.updateCamera, { params: { id }, body: { mainRule: 'locked_only' } });
  await camera.comeBack();
  return app;
}

describe('listings that are too large', () => {
  test('50,000 files are all in the ledger, the locked ones and the one asked for in the archive, and only what is gone is lost', async () => {
    const camera = await useCamera();
    const entries = await fill(camera.card, 50_000);
    const locked = entries.filter((_, index) => index % 10_000 === 7);
    for (const entry of locked) camera.card.lock(pathOf(entry));
    const app = await useLockedOnly(camera);
    await vi.waitFor(
      async () => expect(await tally(app)).toEqual({ archived: 5, 'held rule': 49_995 }),
      veryLong,
    );
    expect(await lastListing(app)).toMatchObject({ clips: 50_000, complete: 1 });
    const { total, items } = await app.call(routes.getQueue, {
      query: { state: 'held', limit: 3, offset: 49_992 },
    });
    expect([total, items.length]).toEqual([49_995, 3]);
    const oldest = await clipNamed(app, entries[0]!.name);
    await app.call(routes.fetchFirst, { body: { clipIds: [oldest.id] } });
    await vi.waitFor(
      async () => expect((await clipNamed(app, oldest.name)).state).toBe('archived'),
      veryLong,
    );
    for (const entry of entries.slice(0, 50)) if (!entry.locked) camera.card.remove(pathOf(entry));
    await app.call(routes.syncNow, { body: {} });
    // The oldest is here, one of those removed was locked and stays on the card.
    await vi.waitFor(
      async () =>
        expect(await tally(app)).toEqual({ archived: 6, 'held rule': 49_946, 'lost overwritten': 48 }),
      veryLong,
    );
    await expectSameBytes(app, [...locked, entries[0]!]);
    noErrors(app);
    await expectInvariants(app, camera);
  }, 120_000);

  test('5 MB without a length are read whole, and what is missing when they break off is not lost', async () => {
    const camera = await useCamera();
    const entries = await fill(camera.card, 22_000);
    camera.card.lock(pathOf(entries.at(-1)!));
    const app = await useLockedOnly(camera);
    const whole = { archived: 1, 'held rule': 21_999 };
    await vi.waitFor(async () => expect(await tally(app)).toEqual(whole), veryLong);
    const list = camera.listingRequests.find(({ target }) => target.includes('cmd=3015'));
    expect(list!.bytesSent).toBeGreaterThan(5_000_000);
    expect(camera.device.listing.contentLength).toBe(false);
    camera.faults.set({ listing: 'partial' });
    await app.call(routes.syncNow, { body: {} });
    await vi.waitFor(async () => expect((await lastListing(app)).complete).toBe(0), veryLong);
    expect(await tally(app)).toEqual(whole);
    camera.faults.clear();
    await app.call(routes.syncNow, { body: {} });
    await vi.waitFor(async () => expect((await lastListing(app)).complete).toBe(1), veryLong);
    expect(await tally(app)).toEqual(whole);
    noErrors(app);
  }, 90_000);
});

describe('dates that mean something else', () => {
  test('times written day first are read day first, also where they could be months', async () => {
    const camera = await useCamera({ listing: { time: 'day-first' } });
    const starts = [
      localTime(2026, 4, 3, 13),
      localTime(2026, 12, 11, 8),
      localTime(2026, 5, 25, 23, 59, 30),
    ];
    const entries = starts.map((startedLocal, index) =>
      camera.card.addClip({ startedLocal, source: tinyMp4Source(index, bytes) }),
    );
    const app = await useApp({ cameraAddress: camera.address, clock: handClock(Date.UTC(2026, 11, 20)) });
    await untilArchived(app, 3);
    const rows = await Promise.all(entries.map((entry) => clipNamed(app, entry.name)));
    expect(rows.map((row) => row.remote_ended_local)).toEqual([
      '2026-04-03T13:01:00',
      '2026-12-11T08:01:00',
      '2026-05-26T00:00:30',
    ]);
    expect(rows.map((row) => row.mtime_ms)).toEqual([
      Date.UTC(2026, 3, 3, 12, 1),
      Date.UTC(2026, 11, 11, 8, 1),
      Date.UTC(2026, 4, 25, 23, 0, 30),
    ]);
    await expectSameBytes(app, entries);
    await expectInvariants(app, camera);
  });

  test('clips dated 1970 and 2098 are archived beside the others, and are not taken for the newest', async () => {
    const camera = await useCamera();
    const drive = addDrive(camera, { clips: 3, bytes });
    const strange = [localTime(1970, 1, 1, 0, 3), localTime(2098, 12, 31, 23, 58)].map(
      (startedLocal, index) =>
        camera.card.addClip({ startedLocal, source: tinyMp4Source(50 + index, bytes) }),
    );
    const [open] = camera.card.recordCapture({
      startedLocal: localTime(2026, 6, 28, 14),
      sources: { front: tinyMp4Source(60, bytes) },
    });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock(), pollMs: 100 });
    await untilArchived(app, 5);
    await untilListedAgain(camera);
    expect(await clipNamed(app, open!.name)).toMatchObject({ state: 'held', state_reason: 'recording' });
    camera.card.finishRecording();
    await untilArchived(app, 6);
    await expectSameBytes(app, [...drive, ...strange, open!]);
    const { days } = await app.call(routes.listDays, { query: {} });
    expect(days.map(({ day }) => day)).toEqual(['2098-12-31', '2026-06-28', '1970-01-01']);
    noErrors(app);
    await expectInvariants(app, camera);
  });

  test('what a camera records whose clock was never set is held by its counter while it is written, and archived', async () => {
    const camera = await useCamera();
    const drive = addDrive(camera, { clips: 3, bytes });
    const app = await useApp({ cameraAddress: camera.address });
    await untilArchived(app, 3);
    const [open] = camera.card.recordCapture({
      startedLocal: localTime(1970, 1, 1, 0, 0, 12),
      sources: { front: tinyMp4Source(61, 60_000) },
    });
    camera.card.growRecording(0.5);
    await vi.waitFor(
      async () =>
        expect(await clipNamed(app, open!.name)).toMatchObject({ state: 'held', state_reason: 'recording' }),
      waitLong,
    );
    await untilListedAgain(camera, 2);
    expect(downloadsOf(camera, open!.name)).toEqual([]);
    camera.card.finishRecording();
    await untilArchived(app, 4);
    await expectSameBytes(app, [...drive, open!]);
    await expectInvariants(app, camera);
  });

  test('a clip that is still waiting is not lost for the reason that one dated 2098 is on the card', async () => {
    const camera = await useCamera();
    camera.faults.set({ serverError: 'files', match: '.MP4' });
    const drive = addDrive(camera, { clips: 3, bytes });
    camera.card.addClip({ startedLocal: localTime(2098, 1, 1), source: tinyMp4Source(50, bytes) });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock(20) });
    await vi.waitFor(async () => expect(await allClips(app)).toHaveLength(4), waitLong);
    // A reader's fault: the whole drive is not shown for a while, and nothing newer than it either.
    for (const entry of drive) camera.card.remove(pathOf(entry));
    await untilListedAgain(camera, 3);
    const told = (await allClips(app))
      .filter((row) => row.local_day === '2026-06-28')
      .map((row) => row.state);
    expect(told).not.toContain('lost');
    camera.faults.clear();
    const again = drive.map(({ name, startedLocal, source }) =>
      camera.card.addClip({ name, startedLocal, source }),
    );
    await untilArchived(app, 4, 30_000);
    await expectSameBytes(app, again);
  });
});

describe('a clock that is set back while clips are fetched', () => {
  test('earlier dates after newer ones are archived are new clips, and nothing of either is lost', async () => {
    const camera = await useCamera();
    camera.faults.set({ bytesPerSecond: 600_000 });
    const before = addDrive(camera, { clips: 4, bytes: 60_000 });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock(20) });
    await vi.waitFor(
      async () => expect((await app.call(routes.getStatus)).archive.clips).toBeGreaterThan(0),
      waitLong,
    );
    camera.clock.jump(-40 * 24 * 60 * 60);
    const after = addDrive(camera, { clips: 3, bytes: 60_000, start: localTime(2026, 5, 19, 13) });
    const [open] = camera.card.recordCapture({
      startedLocal: localTime(2026, 5, 19, 13, 3),
      sources: { front: tinyMp4Source(90, 70_000) },
    });
    camera.card.growRecording(0.4);
    await untilArchived(app, 7);
    expect(await clipNamed(app, open!.name)).toMatchObject({ state: 'held', state_reason: 'recording' });
    camera.card.finishRecording();
    await untilArchived(app, 8);
    await expectSameBytes(app, [...before, ...after, open!]);
    await expectInvariants(app, camera);
  });

  test('names that come again with other contents are second clips, also where one is half here', async () => {
    const camera = await useCamera({ nameLayout: 'sequence-less' });
    camera.faults.set({ bytesPerSecond: 1_500_000 });
    const size = 400_000;
    const first = addDrive(camera, { clips: 3, bytes: size });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock() });
    // The newest is here, the next half: then the car goes, and its clock with it.
    await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThan(size * 1.4), waitLong);
    await camera.goAway();
    await vi.waitFor(async () => expect((await tally(app))['transferring'] ?? 0).toBe(0), waitLong);
    const here = (await allClips(app)).filter((row) => row.state === 'archived').map((row) => row.name);
    for (const entry of first) camera.card.remove(pathOf(entry));
    const second = first.map(({ startedLocal, source }, index) =>
      camera.card.addClip({ startedLocal, source: otherContents(source, index, startedLocal) }),
    );
    expect(second.map(({ name }) => name)).toEqual(first.map(({ name }) => name));
    camera.faults.clear();
    await camera.comeBack();
    const kept = first.filter(({ name }) => here.includes(name));
    expect(kept.length).toBeGreaterThan(0);
    await untilArchived(app, kept.length + second.length);
    await untilSettled(app);
    await expectOwnBytes(app, 1, [...kept, ...second]);
    noErrors(app);
    await expectInvariants(app, camera);
  });
});

/** As long where the old one may be half here, longer where it is whole: both must be noticed. */
function otherContents(old: ClipSource, index: number, startedLocal: Date): ClipSource {
  return tinyMp4Source(500 + index, old.sizeBytes + (index === 1 ? 0 : 1000 + index), { startedLocal });
}

describe('names that come twice', () => {
  test('the same recordings on two storages are archived once', async () => {
    const camera = await useCamera({ ssd: 'both' });
    const entries = addDrive(camera, { clips: 3, bytes });
    for (const { name, startedLocal, source } of entries)
      camera.device.microSd.addClip({ name, startedLocal, source });
    const app = await useApp({ cameraAddress: camera.address });
    await untilArchived(app, 3);
    await untilListedAgain(camera, 2);
    await untilSettled(app);
    expect((await tally(app))['archived']).toBe(3);
    expect(downloadsOf(camera)).toHaveLength(3);
    await expectOwnBytes(app, 1, entries);
    noErrors(app);
    await expectInvariants(app, camera);
  });

  test('one name with other contents on each of two storages is two clips', async () => {
    const camera = await useCamera({ ssd: 'both' });
    const [front, event] = addDrive(camera, { clips: 2, bytes });
    const others = [front!, event!].map(({ name, startedLocal }, index) =>
      camera.device.microSd.addClip({
        name,
        startedLocal,
        kind: 'parking',
        source: tinyMp4Source(30 + index, bytes + 5000 + index, { startedLocal }),
      }),
    );
    const app = await useApp({ cameraAddress: camera.address });
    await untilArchived(app, 4);
    await untilListedAgain(camera, 2);
    await expectOwnBytes(app, 1, [front!, event!, ...others]);
    expect((await allClips(app)).map((row) => row.remote_volume).toSorted()).toEqual(['A', 'A', 'B', 'B']);
    expect(new Set((await allClips(app)).map((row) => row.path)).size).toBe(4);
    noErrors(app);
    await expectInvariants(app, camera);
  });

  test('a firmware that spells its names in another case brings nothing twice', async () => {
    const camera = await useCamera();
    const entries = addDrive(camera, { clips: 3, bytes });
    const app = await useApp({ cameraAddress: camera.address });
    await untilArchived(app, 3);
    camera.device.listing.names = 'lower-case';
    const next = addDrive(camera, { clips: 1, bytes, start: localTime(2026, 6, 29, 9) });
    await untilArchived(app, 4);
    await untilListedAgain(camera, 2);
    camera.device.listing.names = 'as-they-are';
    await untilListedAgain(camera, 2);
    await untilSettled(app);
    expect(await tally(app)).toEqual({ archived: 4 });
    expect(downloadsOf(camera)).toHaveLength(4);
    await expectOwnBytes(app, 1, [...entries, ...next]);
    noErrors(app);
    await expectInvariants(app, camera);
  });

  test('two files in two folders whose names differ in their case alone are two clips', async () => {
    const camera = await useCamera();
    const startedLocal = localTime(2026, 6, 28, 13);
    const entries = [
      camera.card.addClip({
        name: 'Holiday.MP4',
        startedLocal,
        source: tinyMp4Source(1, bytes, { startedLocal }),
      }),
      camera.card.addClip({
        name: 'HOLIDAY.mp4',
        startedLocal,
        kind: 'parking',
        source: tinyMp4Source(2, bytes + 4000, { startedLocal }),
      }),
    ];
    const app = await useApp({ cameraAddress: camera.address });
    await untilArchived(app, 2);
    await expectOwnBytes(app, 1, entries);
    noErrors(app);
    await expectInvariants(app, camera);
  });

  test('two cameras with the same names, both unreliable, are not mixed up', async () => {
    const first = await useCamera({ seed: 3 });
    const second = await useCamera({ seed: 4 });
    const start = localTime(2026, 6, 28, 13);
    const mine = addDrive(first, { clips: 6, bytes: 150_000, start });
    const theirs = mine.map(({ name, startedLocal, source }, index) =>
      second.card.addClip({
        name,
        startedLocal,
        // Some are as long as the other's.
        source: tinyMp4Source(200 + index, source.sizeBytes + (index % 2) * 777, { startedLocal }),
      }),
    );
    second.card.lock(pathOf(theirs[0]!));
    first.faults.set({ dropEvery: 3 });
    second.faults.set({ dropAfterBytes: 60_000, limit: 5 });
    const app = await useApp({ cameraAddress: first.address, clock: fastClock() });
    await app.call(routes.addCamera, { body: { name: 'Van', address: second.address } });
    await vi.waitFor(() => expect(bytesDownloaded(second)).toBeGreaterThan(200_000), waitLong);
    await app.restart();
    await untilArchived(app, 12);
    await untilListedAgain(first);
    await untilListedAgain(second);
    await untilSettled(app);
    await expectOwnBytes(app, 1, mine);
    await expectOwnBytes(app, 2, theirs);
    const rows = await allClips(app);
    expect(new Set(rows.filter((row) => row.camera_id === 2).map(topFolder))).toEqual(new Set(['Van']));
    expect(rows.filter((row) => row.locked === 1).map((row) => row.camera_id)).toEqual([2]);
    noErrors(app);
    await expectInvariants(app, first, second);
  });
});
