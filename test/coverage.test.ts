import { expect, test, vi } from 'vitest';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import type { ChannelCoverage } from '../src/shared/queue.ts';
import { routes } from '../src/shared/routes.ts';
import { expectInvariants } from './invariants.ts';
import { addDrive, allClips, untilSettled, useApp, useCamera, waitLong } from './scenario.ts';
import type { TestApp } from './test-app.ts';

const bytes = 20_000;

type Lens = 'front' | 'rear';

/** A minute of each lens, one after the other, from 13 o'clock on. */
function addMinutes(camera: SimulatedCamera, day: number, minutes: readonly (readonly Lens[])[]) {
  return minutes.map((lenses, minute) => {
    const startedLocal = localTime(2026, 6, day, 13, minute);
    return lenses.map((channel, index) =>
      camera.card.addClip({
        startedLocal,
        channel,
        source: tinyMp4Source(day * 100 + minute * 2 + index, bytes + day * 100 + minute * 2 + index),
      }),
    );
  });
}

/** What is not zero, by channel. */
const briefly = (channels: ChannelCoverage[]) =>
  Object.fromEntries(
    channels.map(({ channel, ...counts }) => [
      channel,
      Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ]),
  );

async function coverageOf(app: TestApp, query: { before?: string; limit?: number } = {}) {
  const { days, nextBefore } = await app.call(routes.listCoverage, { query });
  return {
    days: days.map(({ day, captures, channels }) => ({ day, captures, ...briefly(channels) })),
    nextBefore,
  };
}

const untilRows = (app: TestApp, states: Record<string, number>) =>
  vi.waitFor(async () => {
    const counts: Record<string, number> = {};
    for (const { state } of await allClips(app)) counts[state] = (counts[state] ?? 0) + 1;
    expect(counts).toEqual(states);
  }, waitLong);

test('a day tells of each channel what is here, held, skipped or lost, and what was never recorded', async () => {
  const camera = await useCamera();
  const both = ['front', 'rear'] as const;
  const minutes = addMinutes(camera, 27, [both, both, ['front'], both]);
  camera.card.addClip({
    startedLocal: localTime(2026, 6, 27, 15),
    name: 'odd.MP4',
    source: tinyMp4Source(7, bytes, { startedLocal: localTime(2026, 6, 27, 15) }),
  });
  const app = await useApp({ cameraAddress: camera.address });
  await untilRows(app, { archived: 8 });
  await app.call(routes.pauseSync);
  await untilSettled(app);
  const [row] = await app.app.db.selectFrom('camera').select('id').execute();
  await app.call(routes.updateCamera, { params: { id: row!.id }, body: { mainRule: 'no_parking' } });
  addMinutes(camera, 28, [both, both]);
  camera.card.addClip({
    startedLocal: localTime(2026, 6, 28, 14),
    kind: 'parking',
    source: tinyMp4Source(50, bytes),
  });
  await app.call(routes.resumeSync);
  await untilRows(app, { archived: 12, held: 1 });
  await untilSettled(app);
  expect(await coverageOf(app)).toEqual({
    days: [
      {
        day: '2026-06-28',
        captures: 3,
        front: { archived: 2, held: 1 },
        rear: { archived: 2, neverRecorded: 1 },
      },
      {
        day: '2026-06-27',
        captures: 5,
        front: { archived: 4 },
        rear: { archived: 3, neverRecorded: 1 },
        other: { archived: 1 },
      },
    ],
    nextBefore: null,
  });
  expect(minutes).toHaveLength(4);
  await expectInvariants(app, camera);
});

test('what was skipped, and what the card overwrote before it was fetched, is told of as such', async () => {
  const camera = await useCamera();
  camera.faults.set({ serverError: 'files', match: '.MP4' });
  const entries = addDrive(camera, { clips: 4, bytes });
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(async () => expect(await allClips(app)).toHaveLength(4), waitLong);
  const ids = (await allClips(app)).map((clip) => clip.id);
  await app.call(routes.skipClips, { body: { clipIds: [ids[1]!] } });
  camera.card.remove(`/DCIM/Movie/${entries[0]!.name}`);
  await vi.waitFor(async () => {
    const { days } = await app.call(routes.listCoverage, { query: {} });
    const [front] = days[0]!.channels;
    expect(front).toMatchObject({ channel: 'front', lost: 1, skipped: 1, archived: 0, neverRecorded: 0 });
    expect(front!.waiting + front!.failed).toBe(2);
  }, waitLong);
});

test('a camera with one lens is never told that another recorded nothing', async () => {
  const camera = await useCamera();
  addMinutes(camera, 27, [['front'], ['front']]);
  addMinutes(camera, 28, [['front', 'rear']]);
  addMinutes(camera, 29, [['front']]);
  const app = await useApp({ cameraAddress: camera.address });
  await untilRows(app, { archived: 5 });
  const { days } = await coverageOf(app);
  expect(days).toEqual([
    // A lens that was there the day before is missed.
    { day: '2026-06-29', captures: 1, front: { archived: 1 }, rear: { neverRecorded: 1 } },
    { day: '2026-06-28', captures: 1, front: { archived: 1 }, rear: { archived: 1 } },
    { day: '2026-06-27', captures: 2, front: { archived: 2 } },
  ]);
});

test('pages follow each other without a gap, and a day says the same on each of them', async () => {
  const camera = await useCamera();
  for (let day = 1; day <= 12; day++) {
    addMinutes(camera, day, [day === 1 ? ['front', 'rear'] : ['front']]);
  }
  const app = await useApp({ cameraAddress: camera.address });
  await untilRows(app, { archived: 13 });
  const whole = await coverageOf(app);
  expect(whole).toMatchObject({ nextBefore: null, days: { length: 12 } });
  const missed = whole.days.filter((day) => 'rear' in day && day.day !== '2026-06-01');
  expect(
    missed.map(({ day }) => day),
    'for a week of driving',
  ).toEqual([8, 7, 6, 5, 4, 3, 2].map((day) => `2026-06-0${day}`));
  const paged = [];
  for (let before: string | null = '2026-12-31'; before !== null;) {
    const page: Awaited<ReturnType<typeof coverageOf>> = await coverageOf(app, { before, limit: 5 });
    paged.push(...page.days);
    before = page.nextBefore;
  }
  expect(paged).toEqual(whole.days);
});
