import { describe, expect, test } from 'vitest';
import { pathOf, VirtualCard } from './card.ts';
import type { ClipFactory, ClipSpec } from './clip-source.ts';
import { seedDrives } from './drives.ts';
import type { DriveOptions } from './drives.ts';
import { bytesSource, patternSource } from './pattern-source.ts';
import { seededRandom } from './random.ts';
import { addSeconds, localTime } from './times.ts';
import { driveAlong, gpsSamples, townWays } from './town-routes.ts';

const until = localTime(2026, 5, 3, 20);

async function seeded(options: Partial<DriveOptions> = {}) {
  const card = new VirtualCard();
  const specs: ClipSpec[] = [];
  const factory: ClipFactory = {
    createClip: (spec) => {
      specs.push(spec);
      return Promise.resolve(patternSource(1000, spec.seed));
    },
    createPhoto: () => Promise.resolve(bytesSource(Buffer.from('ffd8ffd9', 'hex'))),
  };
  const entries = await seedDrives(card, factory, { until, ...options });
  return { card, specs, entries, paths: card.entries.map(pathOf) };
}

describe('seeded drives', () => {
  test('are the same for the same seed and others for another', async () => {
    const [one, again, other] = await Promise.all([seeded(), seeded(), seeded({ seed: 2 })]);
    expect(again.paths).toEqual(one.paths);
    expect(again.specs).toEqual(one.specs);
    expect(other.paths).not.toEqual(one.paths);
  });

  test('cover the days up to the given time, two or three drives each', async () => {
    const { specs } = await seeded({ days: 4 });
    const days = new Set(specs.map((spec) => spec.startedLocal.toISOString().slice(0, 10)));
    expect([...days]).toEqual(['2026-04-30', '2026-05-01', '2026-05-02', '2026-05-03']);
    expect(specs.every((spec) => addSeconds(spec.startedLocal, spec.durationSeconds) <= until)).toBe(true);
  });

  test('before the first drive of a day end with the day before', async () => {
    const { paths } = await seeded({ days: 1, until: localTime(2026, 5, 3, 5) });
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.every((path) => path.includes('2026_0502_'))).toBe(true);
  });

  test('have parking clips, an event, a locked clip and a photo in their folders', async () => {
    const { paths, card } = await seeded();
    const count = (text: string) => paths.filter((path) => path.includes(text)).length;
    expect([count('/Parking/'), count('/Photo/')]).toEqual([8, 1]);
    expect(paths.filter((path) => /\/RO\/.*E[FR]\.MP4$/.test(path))).toHaveLength(2);
    expect(card.entries.filter((entry) => entry.locked && entry.kind === 'normal')).toHaveLength(2);
  });

  test('give GPS to the front lens only, one record a second, and none to parking clips', async () => {
    const { specs } = await seeded({ channels: 3 });
    const withGps = specs.filter((spec) => spec.gps !== null);
    expect(new Set(withGps.map((spec) => spec.channel))).toEqual(new Set(['front']));
    expect(withGps.every((spec) => spec.gps!.samples.length === spec.durationSeconds)).toBe(true);
    expect(specs.filter((spec) => spec.channel === 'front' && spec.gps === null)).toHaveLength(4);
  });

  test('start each day without a fix', async () => {
    const { specs } = await seeded({ channels: 1 });
    const statuses = specs.flatMap((spec) => (spec.gps === null ? [] : [spec.gps.samples[0]!.status]));
    expect(statuses.filter((status) => status === 'V')).toHaveLength(3);
    expect(statuses[0]).toBe('V');
  });

  test('number files in order of recording, in the chosen layout', async () => {
    const { entries } = await seeded({ channels: 1, nameLayout: 'a129pro', photos: false });
    expect(entries.map((entry) => entry.sequence)).toEqual(entries.map((_, index) => index + 1));
    expect(entries[0]!.name).toMatch(/^20260501_\d{6}_0001F\.MP4$/);
  });

  test('join without a gap within a drive', async () => {
    const { entries } = await seeded({ channels: 1 });
    const gaps = entries.slice(1).map((entry, index) => +entry.startedLocal - +entries[index]!.startedLocal);
    expect(gaps.filter((gap) => gap === 60_000).length).toBeGreaterThan(20);
  });
});

describe('a drive', () => {
  const points = driveAlong(townWays.work, seededRandom(1));

  test('goes from the first waypoint to the last, from standing to standing', () => {
    const [first, last] = [points[0]!, points.at(-1)!];
    expect(first.latitude).toBeCloseTo(townWays.work[0]!.latitude, 3);
    expect(last.latitude).toBeCloseTo(townWays.work.at(-1)!.latitude, 3);
    expect(first.speedMps).toBeLessThan(2);
    expect(last.speedMps).toBeLessThan(3);
  });

  test('never jumps: each second moves as far as its speed says', () => {
    for (const [index, point] of points.slice(1).entries()) {
      const before = points[index]!;
      const north = (point.latitude - before.latitude) * 111_195;
      const east =
        (point.longitude - before.longitude) * 111_195 * Math.cos((point.latitude * Math.PI) / 180);
      expect(Math.hypot(north, east)).toBeLessThan(point.speedMps * 1.2 + 0.5);
      expect(point.speedMps).toBeLessThan(25);
    }
  });

  test('halts on the way', () => {
    expect(points.filter((point) => point.speedMps < 0.1).length).toBeGreaterThan(10);
  });
});

describe('GPS records', () => {
  const points = driveAlong(townWays.lunch, seededRandom(1)).slice(0, 4);
  const start = localTime(2026, 5, 3, 14, 22, 1);
  const clocks = (gpsClock: 'utc' | 'local') =>
    gpsSamples(points, start, { gpsClock, zoneOffsetMinutes: 180, coldSeconds: 2 }).map(
      ({ hour, second, status }) => `${hour}:${second} ${status}`,
    );

  test('in UTC never change their zone', () => {
    expect(clocks('utc')).toEqual(['11:1 V', '11:2 V', '11:3 A', '11:4 A']);
  });

  test('in local time jump by the zone at the first fix', () => {
    expect(clocks('local')).toEqual(['11:1 V', '11:2 V', '14:3 A', '14:4 A']);
  });

  test('without a fix have no position', () => {
    const [cold] = gpsSamples(points, start, { gpsClock: 'utc', zoneOffsetMinutes: 0, coldSeconds: 1 });
    expect(cold).toMatchObject({ status: 'V', latitude: 0, longitude: 0, speedKnots: 0 });
  });
});
