import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { addDrive } from '../simulator/single-drive.ts';
import { tinyClipFactory } from '../simulator/tiny-mp4.ts';
import type { RoutePoint } from '../simulator/town-routes.ts';
import { distanceM } from '../src/shared/geo.ts';
import type { Journey } from '../src/shared/journeys.ts';
import { routes } from '../src/shared/routes.ts';
import { expectInvariants } from './invariants.ts';
import { allClips, untilArchived, useApp, useCamera, waitLong } from './scenario.ts';
import type { TestApp } from './test-app.ts';

const startedAt = Date.UTC(2026, 2, 29, 0, 25, 30);
/** Of the Azores: at 1:00 UTC the clocks go from midnight to one in the morning. */
const changeAt = Date.UTC(2026, 2, 29, 1);
const seconds = 3600;
const tunnel = [1500, 1740] as const;
const radiusM = 1500;
const speedMps = 15;

/** Round and round a hill of São Miguel. */
const points: RoutePoint[] = Array.from({ length: seconds }, (_, second) => {
  const angle = (second * speedMps) / radiusM;
  const [north, east] = [radiusM * Math.cos(angle), radiusM * Math.sin(angle)];
  return {
    latitude: 37.79 + north / 111_195,
    longitude: -25.45 + east / (111_195 * Math.cos((37.79 * Math.PI) / 180)),
    speedMps,
    courseDegrees: ((((angle * 180) / Math.PI + 90) % 360) + 360) % 360,
  };
});

/** The program runs somewhere else; the camera follows the clocks of the island, in its records too. */
async function useDrive(): Promise<TestApp> {
  const camera = await useCamera();
  await addDrive(camera.card, tinyClipFactory(), {
    startedAt: new Date(startedAt),
    points,
    zoneOffsetMinutes: (instant) => (instant.getTime() < changeAt ? -60 : 0),
    gpsClock: 'local',
    coldSeconds: 15,
    tunnels: [[...tunnel]],
    channels: ['front', 'rear'],
    gpsChannels: ['front'],
    gps: { blockBytes: 0x400 },
    sizeBytes: 120_000,
  });
  const app = await useApp({ cameraAddress: camera.address, zone: 'Europe/Berlin' });
  await untilArchived(app, 120, 60_000);
  await vi.waitFor(
    async () => expect(await pending(app)).toEqual({ due: 0, tracks: 0, clocks: 0 }),
    waitLong,
  );
  await expectInvariants(app, camera);
  return app;
}

async function pending({ app: { db } }: TestApp) {
  const count = async (
    table: 'journey_due' | 'clip' | 'camera',
    column: 'track_due' | 'clock_due' | null,
  ) => {
    let query = db.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('rows'));
    if (column !== null) query = query.where(column as never, '=', 1 as never);
    return (await query.executeTakeFirstOrThrow()).rows;
  };
  return {
    due: await count('journey_due', null),
    tracks: await count('clip', 'track_due'),
    clocks: await count('camera', 'clock_due'),
  };
}

async function journeysOf(app: TestApp, day: string): Promise<Journey[]> {
  const { items } = await app.call(routes.getDayJourneys, { params: { day } });
  return items.flatMap((item) => (item.kind === 'journey' ? [item.journey] : []));
}

test('an hour of a drive through midnight, a change of the clocks, a tunnel and a cold start, with a lens without GPS, comes out right', async () => {
  const app = await useDrive();
  const clips = await allClips(app);
  for (const clip of clips) {
    const second = named(clip.local_start);
    expect(Math.abs(clip.started_at - (startedAt + second * 1000)), clip.name).toBeLessThan(1500);
    expect(clip.local_day, clip.name).toBe(clip.started_at < changeAt ? '2026-03-28' : '2026-03-29');
    expect(clip.zone_offset_min, clip.name).toBe(clip.started_at < changeAt ? -60 : 0);
  }
  const clock = await app.call(routes.getCameraClock, { params: { id: 1 } });
  expect(clock.gpsClock).toBe('local');

  const [journey, ...others] = await journeysOf(app, '2026-03-28');
  expect(others).toEqual([]);
  expect(await journeysOf(app, '2026-03-29')).toEqual([journey]);
  expect(journey).toMatchObject({
    startZone: 'Atlantic/Azores',
    endZone: 'Atlantic/Azores',
    localDay: '2026-03-28',
  });
  expect(Math.abs(journey!.startedAt - (startedAt + 8000))).toBeLessThan(9000);
  expect(Math.abs(journey!.endedAt - (startedAt + (seconds - 1) * 1000))).toBeLessThan(2000);
  expect(journey!.distanceM).toBeGreaterThan(0.9 * seconds * speedMps);
  expect(journey!.distanceM).toBeLessThan(1.02 * seconds * speedMps);
  expect(journey!.topSpeedMps).toBeCloseTo(speedMps, 0);
  expect(journey!.completeness).toEqual({ captures: 60, archived: 60, waiting: 0, lost: 0, gone: 0 });

  const track = await app.call(routes.getJourneyTrack, { params: { id: journey!.id } });
  const all = track.parts.flatMap((part) => part.points);
  expect(all.length).toBeGreaterThan(seconds - 15 - (tunnel[1] - tunnel[0]) - 5);
  for (const [at, longitude, latitude] of all) {
    const truth = points[Math.round((at - startedAt) / 1000)]!;
    expect(distanceM({ latitude, longitude }, truth)).toBeLessThan(20);
  }
  await expectGpx(app, clips);
}, 120_000);

/** Second of the drive at which a clip of this name began. */
function named(localStart: string): number {
  const wall = Date.parse(`${localStart}Z`);
  const winter = wall + 60 * 60_000;
  return Math.round(((winter < changeAt ? winter : wall) - startedAt) / 1000);
}

async function expectGpx(app: TestApp, clips: Awaited<ReturnType<typeof allClips>>): Promise<void> {
  const front = clips.filter((clip) => clip.channel === 'front');
  for (const clip of [front[0]!, front.at(-1)!]) {
    const path = join(app.recordings, `${clip.path}.gpx`);
    const times = await vi.waitFor(async () => {
      const found = [...(await readFile(path, 'utf8')).matchAll(/<time>([^<]+)<\/time>/g)];
      expect(Math.abs(Date.parse(found.at(-1)?.[1] ?? '') - clip.started_at)).toBeLessThan(61_000);
      return found;
    }, waitLong);
    expect(times.length).toBeGreaterThan(40);
  }
  for (const day of ['2026-03-28', '2026-03-29']) {
    const file = await app.fetch(`/api/days/${day}/track-file?format=gpx`);
    const instants = [...(await file.text()).matchAll(/<trkpt[^>]*>.*?<time>([^<]+)</gs)].map(([, at]) =>
      Date.parse(at ?? ''),
    );
    expect(instants.length).toBeGreaterThan(1000);
    // A clip is on the day on which it began.
    for (const at of instants)
      expect(day === '2026-03-28' ? at < changeAt + 30_000 : at >= changeAt).toBe(true);
  }
}
