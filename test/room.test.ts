import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import type { ClipRow } from '../src/server/db/schema.ts';
import { routes } from '../src/shared/routes.ts';
import type { Settings } from '../src/shared/settings.ts';
import { archiveFiles } from './invariants.ts';
import { useMount } from './mounts.ts';
import {
  addDrive,
  allClips,
  downloadsOf,
  handClock,
  untilArchived,
  untilListedAgain,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import type { TestApp } from './test-app.ts';

const hour = 60 * 60_000;
const day = 24 * hour;
const isRoot = process.getuid?.() === 0;
const bytes = 200_000;
/** A quota for so many clips and a half. */
const quotaFor = (clips: number) => ({ quotaGib: ((clips + 0.5) * bytes) / 2 ** 30 });
const june = (date: number, hours = 9) => localTime(2026, 6, date, hours);

/** The program with a camera that brings clips of different days, and rules in force before the first. */
async function useArchive(
  rules: Partial<Settings>,
  options: { parallel?: number; recordings?: string } = {},
): Promise<{ app: TestApp; camera: SimulatedCamera; clock: ReturnType<typeof handClock> }> {
  const clock = handClock();
  const camera = await useCamera();
  const { recordings } = options;
  const app = await useApp({ clock, ...(recordings !== undefined && { recordings }) });
  await app.call(routes.updateSettings, { body: { keepFreeGb: 0, diskCriticalPct: 0, ...rules } });
  const body = { name: 'Car', address: camera.address, parallel: options.parallel ?? 1 };
  await app.call(routes.addCamera, { body });
  return { app, camera, clock };
}

/** What clips and their parts take in the folder at the most, until the test ends. */
function watchBytes(app: TestApp): { most: () => number } {
  let most = 0;
  const abort = new AbortController();
  const look = async () => {
    while (!abort.signal.aborted) most = Math.max(most, await bytesInFolder(app.recordings));
  };
  const looking = look();
  onTestFinished(async () => {
    abort.abort();
    await looking;
  });
  return { most: () => most };
}

async function bytesInFolder(root: string): Promise<number> {
  const paths = (await archiveFiles(root)).filter((path) => /\.(MP4|part)$/.test(path));
  const sizes = await Promise.all(
    // Some are renamed or go between the two calls: the next look finds them.
    paths.map((path) =>
      lstat(join(root, path)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const namesIn = async (app: TestApp, ...states: ClipRow['state'][]) =>
  (await allClips(app))
    .filter(({ state }) => states.includes(state))
    .map(({ name }) => name)
    .toSorted();

async function untilBlocked(app: TestApp, reason: RegExp): Promise<void> {
  await vi.waitFor(async () => {
    const [camera] = (await app.call(routes.getStatus)).cameras;
    expect(camera).toMatchObject({ activity: 'blocked', message: expect.stringMatching(reason) });
  }, waitLong);
}

/** Waits until so many are archived, whatever else still waits. */
async function untilHere(app: TestApp, clips: readonly { name: string }[]): Promise<void> {
  const names = clips.map(({ name }) => name).toSorted();
  await vi.waitFor(async () => expect(await namesIn(app, 'archived')).toEqual(names), waitLong);
}

test.each([1, 2])(
  'with a quota of a few clips the newest are fetched, the oldest go, and there is never more than the quota, %i at a time',
  async (parallel) => {
    const { app, camera, clock } = await useArchive(quotaFor(5), { parallel });
    camera.faults.set({ bytesPerSecond: 4_000_000 });
    const watch = watchBytes(app);
    const old = addDrive(camera, { clips: 5, bytes, start: june(20) });
    await untilArchived(app, 5);
    // What has just come is left for a day.
    clock.advance(day + hour);
    const fresh = addDrive(camera, { clips: 3, bytes, start: june(27) });
    await untilHere(app, [...old.slice(3), ...fresh]);
    expect(await namesIn(app, 'expired')).toEqual(old.slice(0, 3).map(({ name }) => name));
    clock.advance(day + hour);
    const last = addDrive(camera, { clips: 7, bytes, start: june(28, 8) });
    await untilHere(app, last.slice(2));
    expect(watch.most(), 'the watch saw something').toBeGreaterThan(4 * bytes);
    expect(watch.most()).toBeLessThan(5.5 * bytes);
    const { entries } = await app.call(routes.listAudit, { query: { limit: 100 } });
    expect(entries.map(({ why }) => why)).toEqual(
      entries.map(() => ({ by: 'room', rule: 'quota', forClip: expect.stringMatching(/\.MP4$/) })),
    );
    expect(entries).toHaveLength(8);
  },
);

test('where everything is kept a newcomer is refused with the reason, nothing goes, and it comes by itself when something is let go', async () => {
  const { app, camera, clock } = await useArchive(quotaFor(3));
  const old = addDrive(camera, { clips: 3, bytes, start: june(20) });
  await untilArchived(app, 3);
  const clipIds = (await allClips(app)).map(({ id }) => id);
  await app.call(routes.keepClips, { body: { clipIds, kept: true } });
  clock.advance(day + hour);
  const fresh = addDrive(camera, { clips: 2, bytes, start: june(27) });
  await untilBlocked(app, /stay below 0\.7 MB.*but of these 3 are kept/);
  await untilListedAgain(camera, 2);
  expect(await namesIn(app, 'archived')).toEqual(old.map(({ name }) => name));
  const waiting = (await allClips(app)).filter(({ state }) => state === 'waiting');
  expect(waiting.map(({ attempts }) => attempts)).toEqual([0, 0]);
  for (const { name } of fresh)
    expect(downloadsOf(camera, name), 'nothing is asked of the camera').toEqual([]);
  await vi.waitFor(async () => {
    const { archive, sync } = await app.call(routes.getStatus);
    expect(archive.state, 'the volume itself is well').toBe('ready');
    expect(sync).toMatchObject({ status: 'waiting', reason: expect.stringMatching(/^Car: .*are kept\.$/) });
  }, waitLong);
  const told = app.log.filter(({ msg }) => msg === 'clip was not fetched').length;
  await untilListedAgain(camera, 3);
  expect(
    app.log.filter(({ msg }) => msg === 'clip was not fetched'),
    'it is told once',
  ).toHaveLength(told);
  await app.call(routes.keepClips, { body: { clipIds: clipIds.slice(0, 2), kept: false } });
  await untilHere(app, [old[2]!, ...fresh]);
});

test('a clip that is older than everything waits, and newer ones pass it', async () => {
  const { app, camera, clock } = await useArchive({ ...quotaFor(3), downloadOrder: ['earlier'] });
  const here = addDrive(camera, { clips: 3, bytes, start: june(20) });
  await untilArchived(app, 3);
  clock.advance(day + hour);
  const older = addDrive(camera, { clips: 2, bytes, start: june(10) });
  await untilBlocked(app, /nothing that may be deleted is older than it/);
  const newer = addDrive(camera, { clips: 2, bytes, start: june(27) });
  // Asked for first of all, and refused all the same.
  const [asked] = (await allClips(app)).filter(({ name }) => name === older[0]!.name);
  await app.call(routes.fetchFirst, { body: { clipIds: [asked!.id] } });
  await untilHere(app, [here[2]!, ...newer]);
  expect(await namesIn(app, 'waiting')).toEqual(older.map(({ name }) => name));
  await app.call(routes.updateSettings, { body: { quotaGib: 0 } });
  await untilHere(app, [here[2]!, ...newer, ...older]);
});

test('what would be deleted at once is not fetched, and is when the rules let it stay', async () => {
  const { app, camera } = await useArchive({ retentionDays: 7 });
  const old = addDrive(camera, { clips: 2, bytes, start: june(10) });
  const reset = addDrive(camera, { clips: 1, bytes, start: localTime(2023, 1, 1, 0) });
  const fresh = addDrive(camera, { clips: 1, bytes, start: june(27) });
  await untilHere(app, [...reset, ...fresh]);
  await vi.waitFor(async () => {
    const held = (await allClips(app)).filter(({ state }) => state === 'held');
    expect(held.map(({ name, state_reason: reason }) => `${name} ${reason}`).toSorted()).toEqual(
      old.map(({ name }) => `${name} retention`),
    );
  }, waitLong);
  await app.call(routes.updateSettings, { body: { retentionDays: 30 } });
  await untilHere(app, [...reset, ...fresh, ...old]);
});

test('clips that wait are held once they are older than the archive keeps', async () => {
  const { app, camera, clock } = await useArchive({ retentionDays: 7 });
  camera.faults.set({ dropAfterBytes: 0 });
  const entries = addDrive(camera, { clips: 1, bytes, start: june(27) });
  const stateOf = async () => (await allClips(app)).find(({ name }) => name === entries[0]!.name);
  await vi.waitFor(async () => expect(await stateOf()).toMatchObject({ state: 'waiting' }), waitLong);
  clock.advance(7 * day);
  await vi.waitFor(
    async () => expect(await stateOf()).toMatchObject({ state: 'held', state_reason: 'retention' }),
    waitLong,
  );
});

test('a disk that is fuller than the settings allow pauses downloads with a state of its own until it is not', async () => {
  const { app, camera } = await useArchive({ diskCriticalPct: 1 });
  const entries = addDrive(camera, { clips: 2, bytes, start: june(27) });
  await untilBlocked(app, /%/);
  expect((await app.call(routes.getStatus)).archive.state).toBe('critical');
  await untilListedAgain(camera, 2);
  expect(downloadsOf(camera)).toEqual([]);
  await app.call(routes.updateSettings, { body: { diskCriticalPct: 0 } });
  await untilHere(app, entries);
});

test.runIf(isRoot)('the trash goes before a clip is refused for what is to stay free', async () => {
  const mount = await useMount('size=12m');
  const { app, camera } = await useArchive({}, { recordings: mount.path });
  const large = 1_500_000;
  const old = addDrive(camera, { clips: 4, bytes: large, start: june(20) });
  await untilArchived(app, 4);
  const clipIds = (await allClips(app)).map(({ id }) => id);
  await app.call(routes.deleteClips, { body: { clipIds, includeProtected: true } });
  await vi.waitFor(async () => {
    const { trash, pending } = await app.call(routes.getRetention);
    expect([trash.clips, pending]).toEqual([4, 0]);
  }, waitLong);
  await app.call(routes.updateSettings, { body: { keepFreeGb: 0.005 } });
  const fresh = addDrive(camera, { clips: 3, bytes: large, start: june(27) });
  await untilHere(app, fresh);
  const { trash } = await app.call(routes.getRetention);
  expect(trash.clips, 'no more of it than was needed').toBeGreaterThan(0);
  expect(trash.clips).toBeLessThan(4);
  expect(await namesIn(app, 'deleted')).toEqual(old.map(({ name }) => name));
});
