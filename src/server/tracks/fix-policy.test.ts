import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../simulator/random.ts';
import { driveAlong, townWays, type RoutePoint, type Waypoint } from '../../../simulator/town-routes.ts';
import { judgeFixes } from './fix-policy.ts';
import type { GpsRecord } from './track-types.ts';

const start = Date.UTC(2026, 3, 6, 12);

/** A record a step, which is a second unless told. */
function records(points: readonly RoutePoint[], stepMs = 1000): GpsRecord[] {
  return points.map((point, index) => ({
    offsetMs: Math.round(index * stepMs),
    clockMs: start + Math.floor((index * stepMs) / 1000) * 1000,
    isFix: true,
    ...point,
  }));
}

const along = (way: readonly Waypoint[], seed = 1): GpsRecord[] =>
  records(driveAlong(way, seededRandom(seed)));
const flaws = (given: readonly GpsRecord[]): Array<string | null> =>
  judgeFixes(given).map(({ flaw }) => flaw);
const noFlaw = (given: readonly GpsRecord[]): Array<string | null> => given.map(() => null);
/** Metres north, roughly. */
const moved = (record: GpsRecord, metres: number): GpsRecord => ({
  ...record,
  latitude: record.latitude + metres / 111_195,
});
const withoutFix = (record: GpsRecord): GpsRecord => ({
  ...record,
  isFix: false,
  latitude: 0,
  longitude: 0,
  speedMps: null,
  courseDegrees: null,
});

const marked = (given: readonly GpsRecord[]): Record<number, string> =>
  Object.fromEntries(flaws(given).flatMap((flaw, index) => (flaw ? [[index, flaw]] : [])));

describe('a drive as it was is left alone', () => {
  test.each(Object.entries(townWays))('on the way %s', (_, way) => {
    for (const seed of [1, 2, 3]) expect(flaws(along(way, seed))).toEqual(noFlaw(along(way, seed)));
  });

  test('through a tunnel, on a ferry between two clips of fixes, and with seconds missing', () => {
    const drive = along(townWays.work).map((record, index) =>
      index >= 100 && index < 160 ? withoutFix(record) : record,
    );
    expect(flaws(drive)).toEqual(noFlaw(drive));
    const ferry = [
      ...drive.slice(0, 60),
      ...drive.slice(60, 120).map((record) => ({
        ...moved(record, 9_000),
        offsetMs: record.offsetMs + 540_000,
        clockMs: record.clockMs! + 540_000,
      })),
    ];
    expect(flaws(ferry)).toEqual(noFlaw(ferry));
    const sparse = drive.filter((_, index) => index % 3 !== 1);
    expect(flaws(sparse)).toEqual(noFlaw(sparse));
  });

  test('with a fix every hundredth second, from a receiver that hears one a second', () => {
    const drive = along(townWays.work).slice(100, 120);
    const fast = Array.from({ length: 2_000 }, (_, index) => {
      return { ...drive[Math.floor(index / 100)]!, offsetMs: index * 10 };
    });
    expect(flaws(fast)).toEqual(noFlaw(fast));
  });

  test('with a fix every hundred seconds', () => {
    const drive = along(townWays.work).filter((_, index) => index % 100 === 0);
    expect(drive.length).toBeGreaterThan(3);
    expect(flaws(drive)).toEqual(noFlaw(drive));
  });

  test('in time-lapse, where places in the file are squeezed and the clock tells', () => {
    const drive = along(townWays.work).map((record) => ({
      ...record,
      offsetMs: Math.round(record.offsetMs / 30),
    }));
    expect(flaws(drive)).toEqual(noFlaw(drive));
  });

  test('where the clock jumps by a zone at the first fix, stands still or goes backwards', () => {
    const jump = along(townWays.work).map((record, index) =>
      index < 20 ? withoutFix({ ...record, clockMs: record.clockMs! - 7_200_000 }) : record,
    );
    expect(flaws(jump)).toEqual(noFlaw(jump));
    const still = along(townWays.work).map((record) => ({ ...record, clockMs: start }));
    expect(flaws(still)).toEqual(noFlaw(still));
    const back = along(townWays.work).map((record, index) => ({ ...record, clockMs: start - index * 1000 }));
    expect(flaws(back)).toEqual(noFlaw(back));
  });

  test('standing at the start, then moving off', () => {
    const drive = along(townWays.work);
    const standing = [...Array.from({ length: 20 }, () => drive[0]!), ...drive].map((record, index) => ({
      ...record,
      offsetMs: index * 1000,
      clockMs: start + index * 1000,
    }));
    expect(flaws(standing)).toEqual(noFlaw(standing));
  });
});

const far = (given: readonly GpsRecord[], from: number, to: number): GpsRecord[] =>
  given.map((record, index) => (index >= from && index < to ? moved(record, 30_000) : record));
const kept = (given: readonly GpsRecord[]): number =>
  judgeFixes(given).filter(({ flaw }) => flaw === null).length;

describe('what cannot be is marked', () => {
  const drive = along(townWays.work).slice(0, 60);
  const withChanged = (change: Record<number, GpsRecord>): GpsRecord[] =>
    drive.map((record, index) => change[index] ?? record);

  test('a spike of one and of two fixes', () => {
    expect(marked(withChanged({ 30: moved(drive[30]!, 200) }))).toEqual({ 30: 'spike' });
    expect(marked(withChanged({ 30: moved(drive[30]!, 140), 31: drive[31]! }))).not.toEqual({ 30: 'spike' });
    const two = withChanged({ 30: moved(drive[30]!, 5_000), 31: moved(drive[31]!, 5_010) });
    expect(marked(two)).toEqual({ 30: 'spike', 31: 'spike' });
    expect(marked(withChanged({ 0: moved(drive[0]!, 300), 59: moved(drive[59]!, -300) }))).toEqual({
      0: 'spike',
      59: 'spike',
    });
  });

  test('a spike beside the antimeridian, and only that', () => {
    const fiji = along(townWays.antimeridian);
    const crossing = fiji.findIndex((record) => record.longitude < 0);
    expect(crossing).toBeGreaterThan(5);
    const given = fiji.map((record, index) => (index === crossing + 1 ? moved(record, 400) : record));
    expect(marked(given)).toEqual({ [crossing + 1]: 'spike' });
  });

  test('0,0', () => {
    const nowhere = { ...drive[5]!, latitude: 0, longitude: 0 };
    expect(marked(withChanged({ 5: nowhere, 6: nowhere }))).toEqual({ 5: 'null_island', 6: 'null_island' });
  });

  test('the position of the last use, repeated until the first real fix', () => {
    const stale = moved(drive[0]!, 900);
    const given = drive.map((record, index) =>
      index < 8 ? { ...stale, offsetMs: record.offsetMs, clockMs: record.clockMs } : record,
    );
    expect(marked(given)).toEqual(Object.fromEntries([...Array(8).keys()].map((index) => [index, 'stale'])));
  });

  test('a stretch that no car can have reached, wherever it lies', () => {
    for (const [from, to] of [
      [0, 10],
      [25, 35],
      [50, 60],
    ] as const) {
      expect(Object.values(marked(far(drive, from, to))).every((flaw) => flaw !== 'stale')).toBe(true);
      expect(kept(far(drive, from, to))).toBe(50);
    }
  });

  test('a speed that no car has', () => {
    expect(marked(withChanged({ 12: { ...drive[12]!, speedMps: 90 } }))).toEqual({ 12: 'too_fast' });
  });

  test('and nothing else is changed or left out, so that it can be judged anew', () => {
    const given = withChanged({ 30: moved(drive[30]!, 900) });
    const samples = judgeFixes(given);
    expect(samples).toEqual(
      given.map((record, index) => ({ ...record, flaw: index === 30 ? 'spike' : null })),
    );
    expect(judgeFixes(samples)).toEqual(samples);
  });
});

test('any records are judged: as many as came, in their order', () => {
  const record = fc.record({
    offsetMs: fc.integer({ min: 0, max: 100_000 }),
    clockMs: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: null }),
    isFix: fc.boolean(),
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    speedMps: fc.option(fc.double({ min: 0, max: 200, noNaN: true }), { nil: null }),
    courseDegrees: fc.constant(null),
  });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 40 }), (given) => {
      const samples = judgeFixes(given);
      expect(samples.map(({ offsetMs }) => offsetMs)).toEqual(given.map(({ offsetMs }) => offsetMs));
      for (const { isFix, flaw } of samples) if (!isFix) expect(flaw).toBeNull();
    }),
  );
});
