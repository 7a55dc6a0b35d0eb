import { describe, expect, test } from 'vitest';
import { captureSchema, clipSchema, type Capture, type Clip } from '../../shared/clips.ts';
import { minuteOfDay } from '../ui/time-strip-plan.ts';
import { afterRemoval, clipNear, findClip, neighbour } from './player-plan.ts';

function clip(id: number, over: Partial<Clip> = {}): Clip {
  return clipSchema.parse({
    id,
    cameraId: 1,
    captureId: 1,
    name: `${id}.MP4`,
    channel: 'front',
    kind: 'normal',
    container: 'mp4',
    locked: false,
    kept: false,
    state: 'archived',
    stateReason: null,
    stateAt: 0,
    localStart: '2026-09-03T10:00:00',
    startedAt: 0,
    durationMs: 60_000,
    sizeBytes: 1,
    remoteSizeBytes: 1,
    remoteSizeExact: true,
    path: 'a',
    videoCodec: 'h264',
    width: 1920,
    height: 1080,
    attempts: 0,
    nextAttemptAt: null,
    lastError: null,
    ...over,
  });
}

function capture(id: number, time: string, clips: Clip[]): Capture {
  const localStart = `2026-09-03T${time}`;
  return captureSchema.parse({
    id,
    cameraId: 1,
    localStart,
    startedAt: 0,
    kind: 'normal',
    locked: false,
    clips,
  });
}

const captures = [
  capture(1, '10:00:00', [clip(11), clip(12, { channel: 'rear' })]),
  capture(2, '10:01:00', [clip(21, { state: 'lost' }), clip(22, { channel: 'rear', state: 'waiting' })]),
  capture(3, '10:02:00', [clip(31)]),
];
const playing = (id: number) => findClip(captures, id)!;

describe('going on to the next recording', () => {
  test('passes over those that are not in the archive', () => {
    expect(neighbour(captures, playing(11), 1)?.id).toBe(31);
    expect(neighbour(captures, playing(31), -1)?.id).toBe(11);
  });
  test('stays with the channel, and takes another where it is missing', () => {
    expect(neighbour(captures, playing(12), 1)?.id).toBe(31);
  });
  test('ends with the day', () => {
    expect(neighbour(captures, playing(31), 1)).toBeNull();
  });
});

function shown(id: number, removed: number[]): number | null {
  return afterRemoval(captures, playing(id), new Set(removed))?.id ?? null;
}

describe('what shows when the clip that plays is deleted', () => {
  test('is another channel of its moment, if one stays', () => {
    expect(shown(11, [11])).toBe(12);
  });
  test('is what follows when the moment goes whole, at the end of the day what was before', () => {
    expect(shown(11, [11, 12])).toBe(31);
    expect(shown(31, [31])).toBe(11);
  });
  test('is nothing when nothing else is there', () => {
    expect(afterRemoval([capture(3, '10:02:00', [clip(31)])], playing(31), new Set([31]))).toBeNull();
  });
});

test('a press on the strip takes the nearest recording', () => {
  expect(clipNear(captures, 602, minuteOfDay)?.id).toBe(31);
  expect(clipNear(captures, 0, minuteOfDay, 'rear')?.id).toBe(12);
  expect(clipNear([], 0, minuteOfDay)).toBeNull();
});
