import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fix } from '../tracks/track-types.ts';
import { passesThrough, type PassClip } from './pass-policy.ts';

const start = Date.UTC(2026, 5, 1, 12);
const fix = (seconds: number, longitude: number, latitude = 50, more: Partial<Fix> = {}): Fix => ({
  at: start + seconds * 1000,
  latitude,
  longitude,
  speedMps: 15,
  courseDegrees: 90,
  ...more,
});
const clip = (clipId: number, fixes: Fix[], fromSeconds = 0): PassClip => ({
  clipId,
  startedAt: start + fromSeconds * 1000,
  fixes,
});
const box = { west: 10, south: 49.9, east: 10.001, north: 50.1 };
const seconds = (at: number) => (at - start) / 1000;
/** From then to then, one fix a second, a ten-thousandth of a degree eastwards each. */
const eastwards = (from: number, to: number, longitudeAt0: number): Fix[] =>
  Array.from({ length: to - from + 1 }, (_, at) => fix(from + at, longitudeAt0 + (from + at) / 10_000));

test('a pass begins and ends at the edges of the box', () => {
  const [pass, ...more] = passesThrough(box, [clip(1, eastwards(0, 59, 9.9985))]);
  expect(more).toEqual([]);
  expect(pass).toMatchObject({ clipId: 1, speedMps: 15, courseDegrees: 90 });
  expect(seconds(pass!.at)).toBeCloseTo(15, 1);
  expect(seconds(pass!.leftAt)).toBeCloseTo(25, 1);
  expect(pass!.position.longitude).toBeCloseTo(10, 6);
});

test('a line that crosses a small box between two fixes is a pass', () => {
  const small = { west: 10.00001, east: 10.00002, south: 49.999, north: 50.001 };
  const [pass] = passesThrough(small, [clip(1, [fix(0, 10), fix(1, 10.0001)])]);
  expect(seconds(pass!.at)).toBeCloseTo(0.1, 2);
  expect(passesThrough(small, [clip(1, [fix(0, 10), fix(31, 10.0001)])])).toEqual([]);
  expect(passesThrough({ ...small, south: 50.0001 }, [clip(1, [fix(0, 10), fix(1, 10.0001)])])).toEqual([]);
});

test('clips that follow each other in the box are one pass, of the clip in which it began', () => {
  const first = clip(1, eastwards(0, 59, 9.9945));
  const second = clip(2, eastwards(60, 119, 9.9945), 60);
  expect(passesThrough(box, [first, second])).toMatchObject([{ clipId: 1 }]);
  const gap = clip(2, eastwards(120, 150, 9.988), 120);
  expect(passesThrough({ ...box, east: 10.01 }, [first, gap]).length).toBe(1);
});

test('between clips the line counts too, for the clip that was running', () => {
  const small = { west: 10.00001, east: 10.00002, south: 49.999, north: 50.001 };
  const passes = passesThrough(small, [
    clip(1, [fix(58, 9.9999), fix(59, 10)]),
    clip(2, [fix(60, 10.0001)], 60),
  ]);
  expect(passes).toMatchObject([{ clipId: 1 }]);
});

test('who comes back is a second pass; who wanders at the edge is not', () => {
  const back = [
    ...eastwards(0, 60, 9.9985),
    ...eastwards(0, 60, 9.9985).map((one, at) => fix(61 + at, 10.0045 - at / 10_000, one.latitude)),
  ];
  expect(passesThrough(box, [clip(1, back)]).length).toBe(2);
  const wander = Array.from({ length: 60 }, (_, at) => fix(at, at % 4 === 0 ? 9.99999 : 10.00001));
  expect(passesThrough(box, [clip(1, wander)]).length).toBe(1);
});

test('parked in the box over a long pause without recordings is two passes', () => {
  const evening = clip(1, [fix(0, 10.0005), fix(1, 10.0005)]);
  expect(passesThrough(box, [evening, clip(2, [fix(9000, 10.0005)], 9000)]).length).toBe(2);
  expect(passesThrough(box, [evening, clip(2, [fix(90, 10.0005)], 90)]).length).toBe(1);
});

test('boxes and tracks across the antimeridian meet', () => {
  const across = { west: 179.999, east: -179.999, south: -18, north: -16 };
  const track = clip(
    1,
    Array.from({ length: 60 }, (_, at) => {
      const longitude = 179.998 + at / 10_000;
      return fix(at, longitude >= 180 ? longitude - 360 : longitude, -17);
    }),
  );
  const [pass, ...more] = passesThrough(across, [track]);
  expect(more).toEqual([]);
  expect([seconds(pass!.at), seconds(pass!.leftAt)].map(Math.round)).toEqual([10, 30]);
  const eastern = { west: -180, east: -179.999, south: -18, north: -16 };
  expect(Math.round(seconds(passesThrough(eastern, [track])[0]!.at))).toBe(20);
});

test('at the pole and in boxes around the world nothing is lost', () => {
  const pole = { west: -180, east: 180, south: 89.9, north: 90 };
  const over = clip(1, [fix(0, 0, 89.95), fix(1, 0, 89.9999), fix(2, 180, 89.9999), fix(3, -180, 89.95)]);
  expect(passesThrough(pole, [over]).length).toBe(1);
});

test('speed and course come from the line where the records have none', () => {
  const bare = { speedMps: null, courseDegrees: null };
  const [pass] = passesThrough(box, [clip(1, [fix(0, 9.9999, 50, bare), fix(1, 10.0001, 50, bare)])]);
  expect(pass!.speedMps).toBeCloseTo(14.3, 0);
  expect(pass!.courseDegrees).toBeCloseTo(90, 3);
});

test('whatever the fixes are, passes lie in order within them', () => {
  const anyFix = fc.record({
    at: fc.integer({ min: 0, max: 1e6 }),
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    speedMps: fc.constant(null),
    courseDegrees: fc.constant(null),
  });
  const edge = fc.double({ min: -180, max: 180, noNaN: true });
  fc.assert(
    fc.property(fc.array(anyFix), edge, edge, (fixes, west, east) => {
      const wide = { west, east, south: -45, north: 45 };
      const passes = passesThrough(wide, [{ clipId: 1, startedAt: 0, fixes }]);
      for (const [at, pass] of passes.entries()) {
        expect(pass.leftAt).toBeGreaterThanOrEqual(pass.at);
        expect(pass.at).toBeGreaterThanOrEqual(passes[at - 1]?.leftAt ?? 0);
        expect(Math.abs(pass.position.longitude)).toBeLessThanOrEqual(180);
      }
    }),
  );
});
