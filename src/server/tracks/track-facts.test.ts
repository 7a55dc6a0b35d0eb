import { expect, test } from 'vitest';
import { trackFacts } from './track-facts.ts';
import type { TrackSample } from './track-types.ts';

const namedMs = Date.UTC(2026, 5, 28, 13, 34, 16);
const hour = 3_600_000;

const sample = (second: number, changed: Partial<TrackSample> = {}): TrackSample => ({
  offsetMs: second * 1000,
  clockMs: namedMs - hour + second * 1000,
  isFix: true,
  latitude: 51 + second / 1000,
  longitude: 0,
  speedMps: 1,
  courseDegrees: 0,
  flaw: null,
  ...changed,
});
const none = { isFix: false, latitude: 0, longitude: 0 };

test('a track without records comes to nothing', () => {
  expect(trackFacts([], namedMs)).toEqual({
    samples: 0,
    fixes: 0,
    dropped: 0,
    spanMs: 0,
    distanceM: 0,
    box: null,
    first: null,
    clockOffsetMs: null,
    clockJumpMs: null,
  });
});

test('flawed fixes count, and are in no figure', () => {
  const facts = trackFacts(
    [sample(0, none), sample(1), sample(2, { latitude: 80, flaw: 'spike' }), sample(3)],
    namedMs,
  );
  expect(facts).toMatchObject({ samples: 4, fixes: 3, dropped: 1, spanMs: 2000, clockOffsetMs: -hour });
  expect(facts.distanceM).toBeCloseTo(222.4, 0);
  expect(facts.box).toEqual({ west: 0, east: 0, south: 51.001, north: 51.003 });
});

test('a receiver whose first fixes still tell another time is not believed at once', () => {
  const late = [0, 1].map((second) => sample(second, { clockMs: namedMs + 5 * hour + second * 1000 }));
  expect(trackFacts([...late, sample(2), sample(3), sample(4)], namedMs).clockOffsetMs).toBe(-hour);
});

const voids = (clockMs: number): TrackSample[] =>
  [0, 1, 2].map((second) => sample(second, { ...none, clockMs: clockMs + second * 1000 }));

test.each([
  ['of the zone, at the first fix', namedMs, -hour],
  ['of the zone, with a camera clock 40 s off', namedMs + 40_000, -hour],
  ['of nothing', namedMs - hour, null],
  ['of less than a quarter of an hour', namedMs - hour - 300_000, null],
  ['of a week', namedMs - 7 * 24 * hour, null],
])('a jump %s', (_, clockMs, jump) => {
  expect(trackFacts([...voids(clockMs), sample(3), sample(4)], namedMs).clockJumpMs).toBe(jump);
});

test('records without a clock say nothing of it', () => {
  const facts = trackFacts([sample(0, { clockMs: null }), sample(1, { clockMs: null })], namedMs);
  expect(facts).toMatchObject({ clockOffsetMs: null, clockJumpMs: null, fixes: 2 });
});
