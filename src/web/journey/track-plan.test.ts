import { describe, expect, test } from 'vitest';
import { captureSchema, type Capture } from '../../shared/clips.ts';
import type { JourneyTrack } from '../../shared/journeys.ts';
import { archivedClip } from '../test-support.ts';
import { canSplitAt, momentOf, nearestPoint } from './track-plan.ts';

const parts: JourneyTrack['parts'] = [
  { clipId: 1, points: [[1000, 179.99, 10, 20, 90], [2000, 179.999, 10, 20, 90]] }, // prettier-ignore
  { clipId: 2, points: [[3000, -179.999, 10, 20, 90], [4000, -179.99, 10, 20, 90]] }, // prettier-ignore
];

describe('a click on a line', () => {
  test('finds the nearest point, also across the antimeridian', () => {
    expect(nearestPoint(parts, { latitude: 10, longitude: -179.9985 })).toEqual({ clipId: 2, at: 3000 });
    expect(nearestPoint(parts, { latitude: 10, longitude: 179.9992 })).toEqual({ clipId: 1, at: 2000 });
  });
  test('on a line without points finds none', () => {
    expect(nearestPoint([], { latitude: 10, longitude: 0 })).toBeNull();
  });
});

const start = Date.UTC(2026, 8, 3, 21, 59, 30);

function capture(id: number, startedAt: number, rear: 'archived' | 'waiting' = 'archived'): Capture {
  const common = { startedAt, captureId: id, durationMs: 60_000 };
  return captureSchema.parse({
    id,
    cameraId: 1,
    kind: 'normal',
    locked: false,
    localStart: '2026-09-03T23:59:30',
    startedAt,
    zoneOffsetMinutes: 120,
    clips: [
      archivedClip(id * 10, common),
      archivedClip(id * 10 + 1, { ...common, channel: 'rear', state: rear }),
    ],
  });
}

describe('the clip that shows an instant', () => {
  const two = [capture(1, start), capture(2, start + 60_000)];
  test('is the one that was running, at its second, on the day where the car was', () => {
    expect(momentOf(two, start + 12_700)).toMatchObject({ clip: { id: 10 }, seconds: 12, day: '2026-09-03' });
    expect(momentOf(two, start + 61_000)).toMatchObject({ clip: { id: 20 }, seconds: 1, day: '2026-09-04' });
  });
  test('is of the channel asked for when that is here, else of another', () => {
    expect(momentOf(two, start, 11)?.clip.id).toBe(11);
    expect(momentOf([capture(1, start, 'waiting')], start, 11)?.clip.id).toBe(10);
  });
  test('bridges the seam between two clips, but no gap', () => {
    expect(momentOf([capture(1, start)], start + 62_000)?.clip.id).toBe(10);
    expect(momentOf([capture(1, start)], start + 64_000)).toBeNull();
    expect(momentOf(two, start - 1)).toBeNull();
  });
});

test('a journey is split within it only', () => {
  expect(canSplitAt({ startedAt: 0, endedAt: 10 }, 5)).toBe(true);
  expect(canSplitAt({ startedAt: 0, endedAt: 10 }, 0)).toBe(false);
  expect(canSplitAt({ startedAt: 0, endedAt: 10 }, 10)).toBe(false);
});
