import { expect, test } from 'vitest';
import { clockWords, timeWords } from './time-words.ts';

test('how a time is known is told with how sure it is', () => {
  expect(timeWords('gps', 'sure')).toBe('Sure: by GPS');
  expect(timeWords('camera_offset', 'likely')).toBe('Likely: as the camera’s other recordings ran');
  expect(timeWords('setting', 'doubtful')).toBe('In doubt: the camera’s clock looks wrong');
  expect(timeWords(undefined, 'sure')).toBeNull();
});

test('a time that may be of another day is told with its day', () => {
  expect(clockWords('2026-06-28T13:34:16', 'en-GB')).toBe('28 June 2026, 13:34:16');
});
