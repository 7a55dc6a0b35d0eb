import { expect, test } from 'vitest';
import { judgeGpx, type GpxFile } from './gpx-plan.ts';
import type { GpxPoint, GpxReading } from './gpx-reader.ts';

const namedMs = Date.UTC(2026, 5, 28, 13, 34, 16);
const hour = 3_600_000;
const context = { namedMs, durationMs: 60_000, version: 2 };

const pointsAt = (...times: number[]): GpxPoint[] =>
  times.map((at) => ({ at, latitude: 51, longitude: 0, speedMps: 1, courseDegrees: 2 }));
const file = (reading: Partial<GpxReading>): GpxFile => ({
  kind: 'gpx',
  reading: { writer: 'v2', isWhole: true, stamp: null, points: pointsAt(namedMs), ...reading },
});
const offsets = (verdict: ReturnType<typeof judgeGpx>): number[] =>
  'records' in verdict ? verdict.records.map(({ offsetMs }) => offsetMs) : [];

test('what is not there, or not of this family, is said', () => {
  expect(judgeGpx({ kind: 'none' }, context)).toEqual({ kind: 'none' });
  expect(judgeGpx({ kind: 'unreadable' }, context)).toEqual({ kind: 'foreign' });
  expect(judgeGpx(file({ writer: 'foreign' }), context)).toEqual({ kind: 'foreign' });
});

test.each([
  ['UTC in summer', -hour, 60_000],
  ['local time', 0, 60_000],
  ['a zone of a quarter of an hour', -5.75 * hour, 60_000],
  ['UTC, of a clip whose length nobody knows', -hour, null],
])('points of %s lie where they were taken', (_, zone, durationMs) => {
  const points = pointsAt(...[3000, 4000, 30_000].map((offset) => namedMs + zone + offset));
  const verdict = judgeGpx(file({ points }), { ...context, durationMs });
  expect(verdict).toMatchObject({ kind: 'good', writer: 'v2', writtenFor: null });
  expect(offsets(verdict)).toEqual([3000, 4000, 30_000]);
});

test('points of a camera whose clock is some seconds off lie within the clip', () => {
  const whole = Array.from({ length: 59 }, (_, second) => second * 1000);
  const early = judgeGpx(file({ points: pointsAt(...whole.map((ms) => namedMs - 20_000 + ms)) }), context);
  expect([offsets(early)[0], offsets(early).at(-1)]).toEqual([0, 58_000]);
  const late = judgeGpx(file({ points: pointsAt(...whole.map((ms) => namedMs + 20_000 + ms)) }), context);
  expect([offsets(late)[0], offsets(late).at(-1)]).toEqual([2000, 60_000]);
});

test('a file of ours tells where its points lie and what the records said', () => {
  const startedAt = namedMs - 2 * hour;
  const stamp = { startedAt, clockMs: hour, version: 2 };
  const verdict = judgeGpx(file({ writer: 'ours', stamp, points: pointsAt(startedAt + 2500) }), context);
  expect(verdict).toMatchObject({
    kind: 'good',
    writer: 'ours',
    writtenFor: startedAt,
    records: [{ offsetMs: 2500, clockMs: startedAt + 2500 + hour, isFix: true }],
  });
});

test.each([
  ['cut off', { isWhole: false }, 1],
  ['without a point', { points: [] }, 0],
  ['whose points go back in time', { points: pointsAt(namedMs + 9000, namedMs) }, 0],
  ['whose points go on for an hour', { points: pointsAt(namedMs, namedMs + hour) }, 0],
  ['of ours without its stamp', { writer: 'ours' as const }, 0],
  [
    'of ours that an older parser read',
    { writer: 'ours' as const, stamp: { startedAt: namedMs, clockMs: 0, version: 1 } },
    1,
  ],
])('one %s is broken', (_, reading, records) => {
  const verdict = judgeGpx(file(reading), context);
  expect(verdict.kind).toBe('broken');
  expect(offsets(verdict)).toHaveLength(records);
});
