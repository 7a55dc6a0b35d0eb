import { describe, expect, test } from 'vitest';
import type { Clip } from '../shared/clips.ts';
import { testCamera } from './test-support.ts';
import { cameraState, cameraTone, clipStateWords, clipTitle, isHeldByRule, modelWords } from './words.ts';

const now = new Date(2026, 8, 3, 12, 0).getTime();
const clip = (over: Partial<Clip>) => ({
  state: 'waiting' as const,
  stateReason: null,
  stateAt: new Date(2026, 8, 2, 18, 40).getTime(),
  lastError: null,
  nextAttemptAt: null,
  ...over,
});

const gone = (state: Clip['state'], stateReason: Clip['stateReason']) =>
  clipStateWords(clip({ state, stateReason }), now);
const held = (stateReason: Clip['stateReason']) => gone('held', stateReason);

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
  test('says which rule holds a clip, and what it waits for', () => {
    expect(held('rule')).toBe('Held: no connection of this camera fetches such clips');
    expect(held('connection')).toBe('Held: waiting for the camera’s other address');
    expect(held('retention')).toBe('Held: too old for the rules of what is fetched or kept');
  });
  test('says why a clip is gone from the archive, and since when', () => {
    expect(gone('expired', 'retention')).toMatch(/^Deleted by a rule, yesterday .*40/);
    expect(gone('deleted', 'user')).toMatch(/^Deleted by hand, yesterday .*40/);
    expect(gone('deleted', null)).toMatch(/^Deleted, yesterday/);
    expect(gone('missing', null)).toMatch(/^Missing: its file is gone .*, noticed yesterday .*40/);
  });
  test('lets a clip be asked for when it is a rule that holds them', () => {
    expect(isHeldByRule('rule')).toBe(true);
    expect(isHeldByRule('retention')).toBe(true);
    expect(isHeldByRule('recording')).toBe(false);
    expect(isHeldByRule(null)).toBe(false);
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
  const camera = testCamera({ address: '', enabled: false, activity: 'disabled', activitySince: now });
  expect(cameraState(camera, now)).toBe('Its address is not known yet');
  expect(cameraTone(camera)).toBe('amber');
  expect(cameraState({ ...camera, address: '192.168.1.254' }, now)).toBe('Turned off');
});
