import { expect, test } from 'vitest';
import type { Orderable } from '../sync/plan.ts';
import { addFilter, parseKeep, runChoice, type FilterWord } from './sync-choice.ts';

const clip = (more: Partial<Orderable> = {}): Orderable => ({
  id: 1,
  captureId: 1,
  kind: 'normal',
  channel: 'front',
  container: 'mp4',
  locked: false,
  rank: null,
  startedAt: 1000,
  volume: 'A',
  ...more,
});

test.each([
  ['12h', 1],
  ['25h', 2],
  ['10', 10],
  ['10d', 10],
  ['2W', 14],
  [' 3 m ', 92],
  ['1y', 366],
])('to keep %s is to fetch %d days', (text, days) => {
  expect(parseKeep(text)).toBe(days);
});

test.each(['', '0', '0d', '-1d', '1.5d', '2x', '200y', 'two weeks', '1d2h'])(
  'to keep %j is a mistake that says what can be given',
  (text) => {
    expect(() => parseKeep(text)).toThrow(/12h, 10d, 2w, 3m or 1y/);
  },
);

test('filters add up, with commas and given again', () => {
  expect(addFilter('Front, locked', addFilter('parking'))).toEqual(['parking', 'front', 'locked']);
  expect(() => addFilter('front,left')).toThrow(/front, rear, interior, tele/);
  expect(() => addFilter(' , ')).toThrow(/front, rear/);
});

test.each<[FilterWord[], Partial<Orderable>, boolean]>([
  [[], { kind: 'unclassified', channel: 'other' }, true],
  [['normal'], {}, true],
  [['driving'], {}, true],
  [['normal'], { container: 'jpg' }, false],
  [['normal'], { kind: 'parking' }, false],
  [['parking'], { kind: 'parking' }, true],
  [['parking', 'locked'], { locked: true }, true],
  [['parking', 'locked'], { kind: 'event' }, false],
  [['event'], { kind: 'event' }, true],
  [['photo'], { container: 'jpg', channel: 'rear' }, true],
  [['front'], { channel: 'rear' }, false],
  [['front', 'rear'], { channel: 'rear', kind: 'parking' }, true],
  [['front', 'parking'], { channel: 'front' }, false],
  [['front', 'parking'], { channel: 'rear', kind: 'parking' }, false],
  [['front', 'parking'], { channel: 'front', kind: 'parking' }, true],
  [['normal'], { kind: 'unclassified' }, false],
])('the filter %j and a clip that is %j: %s', (filter, more, passes) => {
  expect(runChoice(filter, null).passes(clip(more))).toBe(passes);
});

test('the oldest or the newest first, and of one moment the front before the others', () => {
  const clips = [
    clip({ id: 1, startedAt: 2000, channel: 'rear' }),
    clip({ id: 2, startedAt: 1000, channel: 'other' }),
    clip({ id: 3, startedAt: 2000 }),
    clip({ id: 4, startedAt: 1000, channel: 'tele' }),
  ];
  const ids = (priority: 'date' | 'rdate') =>
    clips.toSorted(runChoice([], priority).compare ?? (() => 0)).map(({ id }) => id);
  expect(ids('date')).toEqual([4, 2, 3, 1]);
  expect(ids('rdate')).toEqual([3, 1, 4, 2]);
  expect(runChoice([], null).compare).toBeNull();
});
