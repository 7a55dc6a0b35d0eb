import { expect, test } from 'vitest';
import { mergeBars, minuteOfDay, type StripBar } from './time-strip-plan.ts';

test('a camera-local time is so many minutes after midnight', () => {
  expect(minuteOfDay('2026-09-03T00:00:00')).toBe(0);
  expect(minuteOfDay('2026-09-03T15:47:30')).toBe(947.5);
});

function bar(fromMinute: number, look: StripBar['look'] = 'normal'): StripBar {
  return { key: fromMinute, fromMinute, toMinute: fromMinute + 1, look };
}

test('bars of one look without a pause are drawn as one', () => {
  expect(mergeBars([bar(10), bar(11), bar(12.5), bar(20), bar(21, 'event')])).toMatchObject([
    { fromMinute: 10, toMinute: 13.5 },
    { fromMinute: 20, toMinute: 21 },
    { fromMinute: 21, look: 'event' },
  ]);
});
