import { describe, expect, test } from 'vitest';
import type { ChosenCapture, ChosenClip } from '../../shared/select.ts';
import {
  afterLook,
  noteOf,
  shareOf,
  stretchOf,
  summaryOf,
  tagsOf,
  withCaptures,
  type Chosen,
} from './selection-plan.ts';

const clip = (id: number, change: Partial<ChosenClip> = {}): ChosenClip => ({
  id,
  state: 'archived',
  container: 'mp4',
  kept: false,
  locked: false,
  bytes: 1000,
  durationMs: 60_000,
  ...change,
});
const capture = (id: number, clips: ChosenClip[], day = '2026-06-28'): ChosenCapture => ({
  id,
  cameraId: 1,
  day,
  startedAt: id * 60_000,
  clips,
});
const chosen = (...captures: ChosenCapture[]): Chosen => withCaptures(new Map(), captures, true);

describe('a stretch', () => {
  const early = { day: '2026-06-27', at: 100 };
  const late = { day: '2026-06-28', at: 900 };
  const dayBefore = { day: '2026-06-26', at: null };
  test.each([
    [
      'from a recording to a later one',
      early,
      late,
      { fromDay: '2026-06-27', toDay: '2026-06-28', from: 100, to: 900 },
    ],
    [
      'from a recording to an earlier one',
      late,
      early,
      { fromDay: '2026-06-27', toDay: '2026-06-28', from: 100, to: 900 },
    ],
    [
      'from a recording to a day before it',
      late,
      dayBefore,
      { fromDay: '2026-06-26', toDay: '2026-06-28', to: 900 },
    ],
    [
      'from a day to a recording after it',
      dayBefore,
      early,
      { fromDay: '2026-06-26', toDay: '2026-06-27', to: 100 },
    ],
    [
      'from a day to a day',
      dayBefore,
      { day: '2026-06-28', at: null },
      { fromDay: '2026-06-26', toDay: '2026-06-28' },
    ],
    [
      'from a day to a recording of it',
      { day: '2026-06-28', at: null },
      late,
      { fromDay: '2026-06-28', toDay: '2026-06-28' },
    ],
    ['to itself', late, late, { fromDay: '2026-06-28', toDay: '2026-06-28', from: 900, to: 900 }],
  ])('%s has both of its ends', (_, one, other, stretch) => {
    expect(stretchOf(one, other)).toEqual(stretch);
  });
});

test('what is put in and taken out leaves the rest', () => {
  const all = chosen(capture(1, [clip(1)]), capture(2, [clip(2)]));
  expect([...withCaptures(all, [capture(1, [clip(1)])], false).keys()]).toEqual([2]);
  expect([...withCaptures(all, [capture(3, [])], true).keys()]).toEqual([1, 2, 3]);
  expect(all.size).toBe(2);
});

describe('after a new look', () => {
  const before = chosen(capture(1, [clip(1)]), capture(2, [clip(2)]));
  test('things are as they are now, and what is no more is gone', () => {
    const after = afterLook(before, new Set([1, 2]), [capture(2, [clip(2, { kept: true })])]);
    expect([...after.values()]).toEqual([capture(2, [clip(2, { kept: true })])]);
  });
  test('what was chosen meanwhile stays', () => {
    expect([...afterLook(before, new Set([1]), [capture(1, [clip(1)])]).keys()]).toEqual([1, 2]);
  });
  test('what was let go of meanwhile does not come back', () => {
    const less = withCaptures(before, [capture(1, [])], false);
    expect([
      ...afterLook(less, new Set([1, 2]), [capture(1, [clip(1)]), capture(2, [clip(2)])]).keys(),
    ]).toEqual([2]);
  });
  test('a clip that has joined another recording is chosen there', () => {
    expect([
      ...afterLook(before, new Set([1, 2]), [capture(2, [clip(2)]), capture(9, [clip(1)])]).keys(),
    ]).toEqual([2, 9]);
  });
});

test('a summary counts what is here, and tells what can be done', () => {
  const summary = summaryOf(
    chosen(
      capture(1, [clip(1, { kept: true }), clip(2, { durationMs: 59_000 })]),
      capture(
        2,
        [clip(3, { state: 'waiting', bytes: null }), clip(4, { state: 'skipped', bytes: null })],
        '2026-06-29',
      ),
      capture(3, [clip(5, { state: 'deleted', bytes: null, durationMs: null })], '2026-06-29'),
    ),
  );
  expect(summary).toMatchObject({
    recordings: 3,
    clips: 5,
    days: 2,
    bytes: 2000,
    lengthMs: 120_000,
    isAnyKept: true,
    areAllKept: false,
    fetchable: [3, 4],
    skippable: [3],
  });
  expect(summary.archived.map(({ id }) => id)).toEqual([1, 2]);
});

test.each([
  [0, 5, 'none'],
  [2, 5, 'some'],
  [5, 5, 'all'],
  [6, 5, 'all'],
] as const)('of %s of %s, %s is chosen', (count, total, share) => {
  expect(shareOf(count, total)).toBe(share);
});

test('tags are counted without regard to their case', () => {
  expect(tagsOf([{ tags: ['Fox', 'deer'] }, { tags: ['fox'] }, {}])).toEqual([
    { tag: 'deer', clips: 1 },
    { tag: 'Fox', clips: 2 },
  ]);
});

test('a note is shown where all have the same', () => {
  expect(noteOf([{ note: 'a' }, { note: 'a' }])).toBe('a');
  expect(noteOf([{}, {}])).toBe('');
  expect(noteOf([{ note: 'a' }, {}])).toBeNull();
});
