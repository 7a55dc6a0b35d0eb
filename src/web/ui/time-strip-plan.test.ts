import { expect, test } from 'vitest';
import { minuteOfDay } from './time-strip-plan.ts';

test('a camera-local time is so many minutes after midnight', () => {
  expect(minuteOfDay('2026-09-03T00:00:00')).toBe(0);
  expect(minuteOfDay('2026-09-03T15:47:30')).toBe(947.5);
});
