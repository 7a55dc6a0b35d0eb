import { expect, test } from 'vitest';
import { PassSearch, type PassQuery } from '../src/server/places/pass-search.ts';
import { boxAround } from '../src/shared/geo.ts';
import { addCamera, addCapture, addTrack, kent, usePlacesWorld } from './places-seed.ts';
import { dayMs, hourMs, minuteMs } from './places-times.ts';

const noon = Date.UTC(2026, 5, 1, 12);
/** A crossing that eastward drives reach half a minute after they began. */
const crossing = boxAround(kent(0, 300), 20);
const eastward = (from: number) => (second: number) => kent(0, from + second * 10);

async function usePasses() {
  const { db } = await usePlacesWorld();
  await addCamera(db, 1);
  const search = new PassSearch({ db });
  const find = (query: Partial<PassQuery> = {}) => search.find({ box: crossing, limit: 100, ...query });
  return { db, find };
}

test('each drive past a place is a pass: when, how fast, where to, in which second of which clip', async () => {
  const { db, find } = await usePasses();
  const first = await addTrack(db, { at: noon, along: eastward(0) });
  const second = await addTrack(db, { at: noon + dayMs, along: eastward(0) });
  await addTrack(db, { at: noon + 2 * dayMs, along: (s) => kent(200, s * 10) });
  const { passes, nextBefore } = await find();
  expect(nextBefore).toBeNull();
  expect(passes.map(({ clipId }) => clipId)).toEqual([second, first]);
  expect(passes[1]).toMatchObject({
    cameraId: 1,
    journeyId: null,
    zone: 'Europe/London',
    speedMps: 10,
    courseDegrees: 90,
    archived: true,
  });
  expect(passes[1]!.offsetMs).toBeGreaterThan(27_500);
  expect(passes[1]!.offsetMs).toBeLessThan(28_500);
  expect(passes[1]!.leftAt - passes[1]!.at).toBeGreaterThan(3500);
  expect(passes[1]!.at).toBe(noon + passes[1]!.offsetMs);
});

test('clips that follow each other and the lenses of a capture are one pass', async () => {
  const { db, find } = await usePasses();
  const captureId = await addCapture(db, noon);
  await addTrack(db, { at: noon, along: eastward(-300), captureId, channel: 'rear' });
  const front = await addTrack(db, { at: noon, along: eastward(-300), captureId });
  await addTrack(db, { at: noon + minuteMs, along: eastward(300) });
  const { passes } = await find({ box: boxAround(kent(0, 300), 100) });
  expect(passes.map(({ clipId }) => clipId)).toEqual([front]);
  expect(passes[0]!.leftAt).toBeGreaterThan(noon + minuteMs + 9000);
});

test('a box between two clips, which neither touches, is passed', async () => {
  const { db, find } = await usePasses();
  const first = await addTrack(db, { at: noon, along: eastward(0) });
  await addTrack(db, { at: noon + minuteMs, along: eastward(600) });
  expect((await find({ box: boxAround(kent(0, 595), 2) })).passes).toMatchObject([{ clipId: first }]);
});

test('two cameras of a car pass once, two cars twice, and each can be asked for', async () => {
  const { db, find } = await usePasses();
  await db.updateTable('camera').set({ vehicle: 'Van' }).execute();
  await addCamera(db, 2, 'Van');
  await addCamera(db, 3);
  await addTrack(db, { at: noon, along: eastward(0) });
  await addTrack(db, { at: noon + 700, along: eastward(0), cameraId: 2 });
  await addTrack(db, { at: noon + 1400, along: eastward(0), cameraId: 3 });
  const cameras = async (cameraId?: number) => (await find({ cameraId })).passes.map((pass) => pass.cameraId);
  expect(await cameras()).toEqual([3, 1]);
  expect(await cameras(2)).toEqual([2]);
  expect(await cameras(9)).toEqual([]);
});

test('sparse tracks that were read off the camera count, and say that the clip is not here', async () => {
  const { db, find } = await usePasses();
  await addTrack(db, { at: noon, along: eastward(0), source: 'triage', every: 20 });
  expect((await find()).passes).toMatchObject([{ archived: false }]);
});

test('pages go back in time without gaps and without doubles', async () => {
  const { db, find } = await usePasses();
  for (let drive = 0; drive < 25; drive++)
    await addTrack(db, { at: noon + drive * hourMs, along: eastward(0) });
  const all = (await find()).passes.map(({ at }) => at);
  expect(all.length).toBe(25);
  const paged: number[] = [];
  for (let before: number | null | undefined; before !== null;) {
    const page = await find({ limit: 10, ...(before && { before }) });
    paged.push(...page.passes.map(({ at }) => at));
    before = page.nextBefore;
  }
  expect(paged).toEqual(all);
  expect((await find({ from: noon + 20 * hourMs })).passes.length).toBe(5);
});

const across = (second: number) => {
  const longitude = 179.997 + second / 10_000;
  return { latitude: -17, longitude: longitude >= 180 ? longitude - 360 : longitude };
};

test('a box across the antimeridian, and tracks that cross it', async () => {
  const { db, find } = await usePasses();
  const clipId = await addTrack(db, { at: noon, along: across });
  await addTrack(db, { at: noon + dayMs, along: (s) => ({ latitude: -17, longitude: 100 + s / 10_000 }) });
  const box = { west: 179.999, east: -179.999, south: -17.001, north: -16.999 };
  expect((await find({ box })).passes).toMatchObject([{ clipId }]);
  expect((await find({ box: { ...box, west: -180 } })).passes).toMatchObject([{ clipId }]);
  expect((await find({ box: { ...box, west: 99, east: 178 } })).passes.length).toBe(1);
});

test('a box at the pole, and the whole world', async () => {
  const { db, find } = await usePasses();
  await addTrack(db, { at: noon, along: (s) => ({ latitude: 89.99 + s / 10_000, longitude: s }) });
  expect((await find({ box: { west: -180, east: 180, south: 89.991, north: 90 } })).passes.length).toBe(1);
  expect((await find({ box: { west: -180, east: 180, south: -90, north: 90 } })).passes.length).toBe(1);
  expect((await find({ box: { west: 10, east: 5, south: -90, north: 90 } })).passes.length).toBe(1);
});

test('a track that cannot be read is passed over', async () => {
  const { db, find } = await usePasses();
  await addTrack(db, { at: noon, along: eastward(0) });
  const bad = await addTrack(db, { at: noon + dayMs, along: eastward(0) });
  await db
    .updateTable('track')
    .set({ points: new Uint8Array([9, 9]) })
    .where('clip_id', '=', bad)
    .execute();
  expect((await find()).passes.length).toBe(1);
});
