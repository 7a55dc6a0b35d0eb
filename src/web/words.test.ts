import { describe, expect, test } from 'vitest';
import { cameraSchema } from '../shared/cameras.ts';
import type { Clip } from '../shared/clips.ts';
import { cameraState, cameraTone, clipStateWords, clipTitle, modelWords } from './words.ts';

const now = new Date(2026, 8, 3, 12, 0).getTime();
const clip = (over: Partial<Clip>) => ({
  state: 'waiting' as const,
  stateReason: null,
  lastError: null,
  nextAttemptAt: null,
  ...over,
});

describe('the state of a clip', () => {
  test('says why a clip is held', () => {
    expect(clipStateWords(clip({ state: 'held', stateReason: 'recording' }), now)).toBe(
      'Held: still being recorded by the camera',
    );
  });
  test('says what failed and when it is tried again', () => {
    const failed = clip({ state: 'failed', lastError: 'The camera broke off.', nextAttemptAt: now + 60_000 });
    expect(clipStateWords(failed, now)).toMatch(/^Failed: The camera broke off, tries again at .*12.01/);
  });
  test('does not speak of an attempt that is already due', () => {
    expect(clipStateWords(clip({ state: 'failed', nextAttemptAt: now - 1 }), now)).toBe('Failed');
  });
});

test('a file name is told as day, time and channel', () => {
  expect(clipTitle('2026_0903_154712_000123R.MP4')).toMatch(/September.*47.*, rear$/);
  expect(clipTitle('readme.txt')).toBe('readme.txt');
});

test('a model stands without a firmware', () => {
  expect(modelWords({ model: 'A229 Pro', firmware: null })).toBe('A229 Pro');
  expect(modelWords({ model: null, firmware: null })).toBeNull();
});

test('a camera without an address says so before anything else', () => {
  const camera = cameraSchema.parse({
    id: 1,
    name: 'Civic',
    address: '',
    alternativeAddress: null,
    enabled: false,
    model: null,
    firmware: null,
    activity: 'disabled',
    activitySince: now,
    message: null,
    recording: 'unknown',
    lastContactAt: null,
    lastArchivedAt: null,
    lastListing: null,
    transfer: null,
  });
  expect(cameraState(camera, now)).toBe('Its address is not known yet');
  expect(cameraTone(camera)).toBe('amber');
  expect(cameraState({ ...camera, address: '192.168.1.254' }, now)).toBe('Turned off');
});
