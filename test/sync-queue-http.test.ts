import { expect, test, vi } from 'vitest';
import { bytesSource } from '../simulator/pattern-source.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { routes } from '../src/shared/routes.ts';
import { expectInvariants } from './invariants.ts';
import {
  addDrive,
  clipNamed,
  downloadsOf,
  expectSameBytes,
  handClock,
  untilArchived,
  untilListedAgain,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import type { TestApp, TestAppOptions } from './test-app.ts';

const bytes = 20_000;
const at = (hour: number, minute: number) => localTime(2026, 6, 28, hour, minute);

interface Change {
  mainRule?: 'nothing' | 'everything' | 'locked_only';
  alternativeRule?: 'locked_only';
  address?: string;
  alternativeAddress?: string;
}

const patchCamera = (app: TestApp, change: Change) =>
  app.call(routes.updateCamera, { params: { id: 1 }, body: change });

/** The program with this camera, under rules that were there before it was first within reach. */
async function useRules(
  addresses: { address: string; alternativeAddress?: string },
  rules: Change,
  options: TestAppOptions = {},
): Promise<TestApp> {
  const app = await useApp(options);
  await app.call(routes.pauseSync);
  const { id } = await app.call(routes.addCamera, { body: { name: 'Camera', ...addresses } });
  expect(id).toBe(1);
  await patchCamera(app, rules);
  await app.call(routes.resumeSync);
  return app;
}

/** The program with a card of which nothing is fetched unasked. */
async function useHeldCard(
  camera: SimulatedCamera,
  clips: number,
  options?: TestAppOptions,
): Promise<TestApp> {
  const app = await useRules({ address: camera.address }, { mainRule: 'nothing' }, options);
  await vi.waitFor(async () => expect((await queue(app, 'held')).total).toBe(clips), waitLong);
  return app;
}

const queue = (app: TestApp, state: 'waiting' | 'held' | 'failed' | 'skipped') =>
  app.call(routes.getQueue, { query: { state } });

const fetched = (camera: SimulatedCamera) =>
  downloadsOf(camera).map((request) => request.path.split('/').at(-1));

const pair = (camera: SimulatedCamera, startedLocal: Date, seed: number) =>
  camera.card.addCapture({
    startedLocal,
    sources: { front: tinyMp4Source(seed, bytes), rear: tinyMp4Source(seed + 1, bytes) },
  });

test('under the rule nothing, clips are held and say why, and a drive that is asked for comes all the same', async () => {
  const camera = await useCamera();
  const older = pair(camera, at(8, 0), 1);
  const [first, second] = [pair(camera, at(12, 0), 3), pair(camera, at(12, 1), 5)];
  const app = await useHeldCard(camera, 6);
  const { items } = await queue(app, 'held');
  expect(new Set(items.map((item) => item.stateReason))).toEqual(new Set(['rule']));
  const [from, to] = [Date.UTC(2026, 5, 28, 10, 45), Date.UTC(2026, 5, 28, 11, 15)];
  const change = await app.call(routes.fetchFirst, { body: { from, to, cameraId: 1 } });
  expect(change.changed).toBe(4);
  await untilArchived(app, 4);
  const names = [second[0], first[0], second[1], first[1]].map((entry) => entry?.name);
  expect(fetched(camera)).toEqual(names);
  expect(await queue(app, 'held')).toMatchObject({ total: 2 });
  expect((await clipNamed(app, older[0]?.name ?? '')).state_reason).toBe('rule');
  await expectInvariants(app, camera);
});

test.each([
  ['a day', { day: '2026-06-28' }],
  ['the last two hours', { lastHours: 2 }],
])('%s can be put first', async (_, selection) => {
  const camera = await useCamera({ now: () => new Date(Date.UTC(2026, 5, 28, 14)) });
  const yesterday = addDrive(camera, { clips: 2, bytes, start: localTime(2026, 6, 27, 12) });
  const today = addDrive(camera, { clips: 3, bytes, start: at(12, 0) });
  const app = await useHeldCard(camera, 5, { clock: handClock() });
  expect(await app.call(routes.fetchFirst, { body: selection })).toMatchObject({ changed: 3 });
  await untilArchived(app, 3);
  expect(fetched(camera)).toEqual(today.toReversed().map((entry) => entry.name));
  expect(await queue(app, 'held')).toMatchObject({ total: yesterday.length });
  await expectInvariants(app, camera);
});

test('a skipped clip stays on the card over listings and restarts, until it is wanted again', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 3, bytes });
  const app = await useHeldCard(camera, 3);
  const { id, name } = await clipNamed(app, entries[1]?.name ?? '');
  expect(await app.call(routes.skipClips, { body: { clipIds: [id] } })).toMatchObject({ changed: 1 });
  await patchCamera(app, { mainRule: 'everything' });
  await untilArchived(app, 2);
  await untilListedAgain(camera);
  await app.restart();
  await untilListedAgain(camera);
  expect(await queue(app, 'skipped')).toMatchObject({
    items: [{ id, name, stateReason: 'user', position: null }],
    total: 1,
  });
  expect(downloadsOf(camera, name)).toEqual([]);
  expect(await app.call(routes.unskipClips, { body: { clipIds: [id] } })).toMatchObject({ changed: 1 });
  await untilArchived(app, 3);
  await expectSameBytes(app, entries);
  await expectInvariants(app, camera);
});

test('a skip is taken back once by its token', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 2, bytes });
  const app = await useHeldCard(camera, 2);
  const { changed, undo } = await app.call(routes.skipClips, { body: { day: '2026-06-28' } });
  expect({ changed, held: (await queue(app, 'held')).total }).toEqual({ changed: 2, held: 0 });
  const body = { undo: undo ?? '' };
  expect(await app.call(routes.undoQueueChange, { body })).toEqual({ changed: 2, undo: null });
  expect((await queue(app, 'held')).total).toBe(2);
  await expect(app.call(routes.undoQueueChange, { body })).rejects.toMatchObject({ status: 404 });
});

test('a cancelled transfer makes way for the others and goes on at the end with the bytes it has', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 400_000 });
  const entries = addDrive(camera, { clips: 3, bytes: 300_000 });
  const app = await useApp({ cameraAddress: camera.address });
  const running = await vi.waitFor(async () => {
    const [transfer] = (await app.call(routes.getStatus)).cameras[0]?.transfers ?? [];
    expect(transfer?.bytes).toBeGreaterThan(100_000);
    return transfer!;
  }, waitLong);
  const change = await app.call(routes.cancelTransfer, { body: { clipId: running.clipId } });
  expect(change).toMatchObject({ changed: 1, undo: expect.any(String) });
  camera.faults.clear();
  await untilArchived(app, 3);
  const names = fetched(camera);
  expect(names[0]).toBe(running.name);
  expect(names.at(-1), 'again, after all others').toBe(running.name);
  const [, again] = downloadsOf(camera, running.name);
  expect(again?.headers['range'], 'it goes on').not.toBe('bytes=0-');
  await expectSameBytes(app, entries);
  await expectInvariants(app, camera);
});

test('over the alternative address only locked clips come; the rest waits for the main one', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 2, bytes });
  const locked = camera.card.addClip({
    startedLocal: at(9, 0),
    locked: true,
    source: tinyMp4Source(90, bytes),
  });
  const nobody = '127.0.0.1:1';
  const app = await useRules(
    { address: nobody, alternativeAddress: camera.address },
    { alternativeRule: 'locked_only' },
  );
  await untilArchived(app, 1);
  expect(fetched(camera)).toEqual([locked.name]);
  const untilHeldFor = (reason: string) =>
    vi.waitFor(async () => {
      const { items } = await queue(app, 'held');
      expect(items.map((item) => item.stateReason)).toEqual([reason, reason]);
    }, waitLong);
  await untilHeldFor('connection');
  await patchCamera(app, { mainRule: 'locked_only' });
  await untilHeldFor('rule');
  await patchCamera(app, { mainRule: 'everything' });
  await untilHeldFor('connection');
  await patchCamera(app, { address: camera.address, alternativeAddress: nobody });
  await untilArchived(app, 3);
  await expectSameBytes(app, [...entries, locked]);
  await expectInvariants(app, camera);
});

test('a photo comes when it is asked for, though photos are not fetched', async () => {
  const camera = await useCamera();
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Array.from({ length: 500 }, () => 7), 0xff, 0xd9]);
  const photos = [at(12, 0), at(12, 5)].map((startedLocal) =>
    camera.card.addPhoto({ startedLocal, source: bytesSource(jpeg) }),
  );
  addDrive(camera, { clips: 1, bytes });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  const { id } = await clipNamed(app, photos[0]?.name ?? '');
  expect(await app.call(routes.fetchFirst, { body: { clipIds: [id] } })).toMatchObject({ changed: 1 });
  await untilArchived(app, 2);
  await untilListedAgain(camera);
  await expectSameBytes(app, photos.slice(0, 1));
  expect((await clipNamed(app, photos[1]?.name ?? '')).state).toBe('listed');
  await expectInvariants(app, camera);
});
