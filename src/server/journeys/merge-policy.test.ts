import { expect, test } from 'vitest';
import type { CarFix, LensTrack } from './journey-types.ts';
import { mergeTracks, thin, union } from './merge-policy.ts';

const fix = (at: number, clipId: number): CarFix => ({
  at,
  latitude: 48,
  longitude: 11,
  speedMps: null,
  courseDegrees: null,
  clipId,
  isParked: false,
  isTriage: false,
});

function track(clipId: number, times: readonly number[], more: Partial<LensTrack> = {}): LensTrack {
  const startedAt = times[0] ?? 0;
  const fixes = times.map((at) => fix(at, clipId));
  return {
    clipId,
    cameraId: 1,
    channel: 'front',
    source: 'file',
    startedAt,
    endsBy: null,
    fixes: () => fixes,
    ...more,
  };
}

const seconds = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => (from + index) * 1000);
const clipsOf = (fixes: readonly CarFix[]) => [...new Set(fixes.map(({ clipId }) => clipId))];

test('one lens at a time: another fills in only where the first has nothing', () => {
  const front = track(1, [...seconds(0, 20), ...seconds(60, 80)]);
  const merged = mergeTracks([track(2, seconds(0, 80), { channel: 'rear' }), front]);
  expect(merged.filter(({ clipId }) => clipId === 2).map(({ at }) => at)).toEqual(seconds(20, 60));
  expect(merged.map(({ at }) => at)).toEqual(seconds(0, 80));
});

test('what was read from a file goes before what was read off the camera', () => {
  const sparse = track(1, [0, 10_000, 20_000], { source: 'triage' });
  expect(clipsOf(mergeTracks([sparse, track(2, seconds(0, 21), { channel: 'rear' })]))).toEqual([2]);
});

test('a lens that is not needed is not unpacked', () => {
  const rear = track(2, [1000], {
    channel: 'rear',
    startedAt: 0,
    endsBy: 10_000,
    fixes: () => {
      throw new Error('unpacked');
    },
  });
  expect(mergeTracks([track(1, seconds(0, 20)), rear])).toHaveLength(20);
});

test('time that goes backwards, repeats, or lies far from its clip is left out', () => {
  const merged = mergeTracks([track(1, [0, 2000, 1000, 2000, 9e12]), track(2, [1500, 3000])]);
  expect(merged.map(({ at }) => at)).toEqual([0, 1000, 2000, 3000]);
});

test('which fixes stay when they are thinned does not depend on where one begins', () => {
  const fixes = Array.from({ length: 100 }, (_, index) => ({ at: index * 130 }));
  const [, ...later] = thin(fixes.slice(40), 500);
  expect(later.length).toBeGreaterThan(10);
  expect(thin(fixes, 500).slice(-later.length)).toEqual(later);
});

test('stretches that touch or overlap are one', () => {
  expect(
    union([
      { from: 5, to: 6 },
      { from: 0, to: 2 },
      { from: 2, to: 3 },
    ]),
  ).toEqual([
    { from: 0, to: 3 },
    { from: 5, to: 6 },
  ]);
});
