import { expect, test } from 'vitest';
import type { Capture, Clip } from '../../shared/clips.ts';
import { archivedClip } from '../test-support.ts';
import { captureBars, mergeBars, minuteOfDay, type StripBar } from './time-strip-plan.ts';

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

function capture(id: number, ...clips: Clip[]): Capture {
  return { ...archivedClip(id), clips };
}

test('what was deleted has no bar, for it is not still to come', () => {
  const bars = captureBars([
    capture(1, archivedClip(1, { state: 'deleted' }), archivedClip(2, { state: 'expired' })),
    capture(2, archivedClip(3, { state: 'deleted' }), archivedClip(4)),
    capture(3, archivedClip(5, { state: 'missing' })),
  ]);
  expect(bars.map(({ key, look }) => [key, look])).toEqual([
    [2, 'normal'],
    [3, 'lost'],
  ]);
});
