import { describe, expect, test } from 'vitest';
import type { Clip } from '../shared/clips.ts';
import { clipStateWords, clipTitle, modelWords } from './words.ts';

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
