import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bytesSource } from '../simulator/pattern-source.ts';
import { localTime } from '../simulator/times.ts';
import { databaseFileName } from '../src/server/db/open.ts';
import { readDrives } from '../src/server/journeys/activity-reader.ts';
import { routes } from '../src/shared/routes.ts';
import { expectInvariants } from './invariants.ts';
import {
  addDrive,
  allClips,
  clipNamed,
  downloadsOf,
  fastClock,
  expectSameBytes,
  untilArchived,
  useApp,
  useCamera,
} from './scenario.ts';
import type { TestApp } from './test-app.ts';

/** As short as a JPEG can be taken for whole. */
const jpeg = (seed: number) => bytesSource(Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, 3, seed, 0xff, 0xd9]));
const day = '2026-06-28';

/** Two videos from 13:00 on, and photos of both lenses in the middle of the first, one second apart. */
async function useSnapshots() {
  const camera = await useCamera();
  const videos = addDrive(camera, { clips: 2, bytes: 5000 });
  const photos = (['front', 'rear'] as const).map((channel, second) =>
    camera.card.addPhoto({
      startedLocal: localTime(2026, 6, 28, 13, 0, second + 1),
      source: jpeg(second),
      channel,
    }),
  );
  const app = await useApp({ cameraAddress: camera.address });
  return { camera, videos, photos, app };
}

const photosOf = async (app: TestApp) => (await allClips(app)).filter((clip) => clip.container === 'jpg');

test('photos are fetched when that is wanted, filed beside their day, and shown as moments of their own', async () => {
  const { camera, videos, photos, app } = await useSnapshots();
  await untilArchived(app, 2);
  expect((await photosOf(app)).map((photo) => [photo.state, photo.state_reason])).toEqual([
    ['listed', 'photo'],
    ['listed', 'photo'],
  ]);
  expect(downloadsOf(camera, '.JPG')).toEqual([]);
  await app.call(routes.updateSettings, { body: { fetchPhotos: true } });
  await untilArchived(app, 4);
  await expectSameBytes(app, [...videos, ...photos]);
  const rows = await photosOf(app);
  expect(rows.map(({ path, duration_ms, complete }) => [path, duration_ms, complete])).toEqual(
    photos.map(({ name }) => [`${day}/${name}`, 0, 1]),
  );
  const { captures } = await app.call(routes.getDay, { params: { day } });
  expect(captures.map(({ clips }) => clips.map(({ name }) => name))).toEqual([
    [videos[0]!.name],
    photos.map(({ name }) => name),
    [videos[1]!.name],
  ]);
  const { days } = await app.call(routes.listDays, { query: {} });
  expect(days[0]).toMatchObject({ archived: 4, captures: 3 });
  const coverage = await app.call(routes.listCoverage, { query: {} });
  expect(JSON.stringify(coverage)).not.toContain('rear');
  const car = { id: rows[0]!.camera_id, cameraIds: [rows[0]!.camera_id] };
  expect(await readDrives(app.app.db, car, { from: 0, to: Number.MAX_SAFE_INTEGER })).toHaveLength(2);
  const answer = await app.fetch(`/api/clips/${rows[0]!.id}/video`);
  expect(answer.headers.get('content-type')).toBe('image/jpeg');
  expect(
    Buffer.from(await answer.arrayBuffer())
      .subarray(0, 2)
      .toString('hex'),
  ).toBe('ffd8');
  await expectInvariants(app, camera);
});

test('a photo is kept, deleted and brought back like a clip', async () => {
  const { app } = await useSnapshots();
  await app.call(routes.updateSettings, { body: { fetchPhotos: true } });
  await untilArchived(app, 4);
  const [front, rear] = await photosOf(app);
  await app.call(routes.keepClips, { body: { clipIds: [front!.id], kept: true } });
  const order = await app.call(routes.deleteClips, { body: { clipIds: [front!.id, rear!.id] } });
  expect(order).toMatchObject({ ordered: 1, left: { kept: 1 } });
  await untilArchived(app, 3);
  expect((await photosOf(app)).map((photo) => photo.state)).toEqual(['archived', 'deleted']);
  await app.call(routes.restoreClips, { body: { clipIds: [rear!.id] } });
  await untilArchived(app, 4);
  await expectInvariants(app);
});

test('a photo that the camera itself cut off is filed as damaged, never given up', async () => {
  const camera = await useCamera();
  const cut = bytesSource(Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, 3, 7]));
  const photo = camera.card.addPhoto({ startedLocal: localTime(2026, 6, 28, 13), source: cut });
  const app = await useApp({ cameraAddress: camera.address, clock: fastClock() });
  await app.call(routes.updateSettings, { body: { fetchPhotos: true } });
  await untilArchived(app, 1);
  expect(await clipNamed(app, photo.name)).toMatchObject({ complete: 0, state_reason: 'damaged' });
  await expectInvariants(app, camera);
});

test('a scan finds photos again, and knows their moments', async () => {
  const { camera, app } = await useSnapshots();
  await app.call(routes.updateSettings, { body: { fetchPhotos: true } });
  await untilArchived(app, 4);
  const before = await app.call(routes.getDay, { params: { day } });
  await camera.stop();
  await app.app.stop();
  for (const ending of ['', '-wal', '-shm'])
    await rm(join(app.configDir, `${databaseFileName}${ending}`), { force: true });
  await app.restart();
  await untilArchived(app, 4);
  const after = await app.call(routes.getDay, { params: { day } });
  const told = ({ captures }: typeof after) =>
    captures.map(({ localStart, clips }) => [localStart, clips.map(({ name, path }) => [name, path])]);
  expect(told(after)).toEqual(told(before));
  expect((await photosOf(app)).map((photo) => photo.duration_ms)).toEqual([0, 0]);
  expect((await readFile(join(app.recordings, after.captures[1]!.clips[0]!.path!))).length).toBe(9);
  await expectInvariants(app);
});
