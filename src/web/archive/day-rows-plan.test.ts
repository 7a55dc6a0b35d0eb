import { expect, test } from 'vitest';
import { captureSchema, type Capture } from '../../shared/clips.ts';
import type { DayItem } from '../../shared/journeys.ts';
import { testJourney, testStop } from '../journey/test-journeys.ts';
import { dayRows, rowOfCapture, type DayListRow } from './day-rows-plan.ts';

function capture(id: number, minute: number): Capture {
  const startedAt = Date.UTC(2026, 8, 3, 9, minute);
  const localStart = new Date(startedAt).toISOString().slice(0, 19);
  return captureSchema.parse({
    id,
    cameraId: 1,
    kind: 'normal',
    locked: false,
    localStart,
    startedAt,
    clips: [],
  });
}

const all = [capture(1, 0), capture(2, 1), capture(3, 20), capture(4, 40)];
const only = (...ids: number[]) => all.filter(({ id }) => ids.includes(id));
const journey: DayItem = {
  kind: 'journey',
  journey: testJourney({ id: 7, startedAt: Date.UTC(2026, 8, 3, 9, 0) }),
  captures: only(1, 2),
};
const stop: DayItem = {
  kind: 'stop',
  stop: testStop({ id: 8, startedAt: Date.UTC(2026, 8, 3, 9, 10) }),
  captures: only(3),
};

const told = (rows: readonly DayListRow[]) =>
  rows.map((row) => (row.kind === 'head' ? row.key : row.capture.id));

test('journeys and stops stand over their captures in the order of time', () => {
  expect(told(dayRows(all, [journey, stop], new Set()))).toEqual(['journey-7', 1, 2, 'stop-8', 3, 4]);
});

test('a capture that no journey knows is in its place by time, never hidden', () => {
  const early = { ...stop, captures: only(3, 4) };
  const rows = dayRows([capture(9, 5), ...all], [journey, early], new Set());
  expect(told(rows)).toEqual(['journey-7', 1, 2, 9, 'stop-8', 3, 4]);
});

test('what is folded keeps its head, and leads to its captures', () => {
  const rows = dayRows(all, [journey, stop], new Set(['journey-7']));
  expect(told(rows)).toEqual(['journey-7', 'stop-8', 3, 4]);
  expect(rowOfCapture(rows, 2)).toBe(0);
  expect(rowOfCapture(rows, 4)).toBe(3);
});

test('captures of the day before that belong to a journey over midnight are on their own day', () => {
  const overMidnight = { ...journey, captures: [capture(99, -30), ...only(1, 2)] };
  expect(told(dayRows(all, [overMidnight], new Set()))).toEqual(['journey-7', 1, 2, 3, 4]);
});

test('a day without any place is the plain list it always was', () => {
  const unplaced: DayItem = { kind: 'unplaced', cameraId: 1, startedAt: 0, endedAt: 1, captures: all };
  expect(told(dayRows(all, [unplaced], new Set()))).toEqual([1, 2, 3, 4]);
  expect(told(dayRows(all, [], new Set()))).toEqual([1, 2, 3, 4]);
});

test('captures know the one before them under the same head only', () => {
  const rows = dayRows(all, [journey, stop], new Set());
  const previous = rows.flatMap((row) => (row.kind === 'capture' ? [row.previous?.id ?? null] : []));
  expect(previous).toEqual([null, 1, null, null]);
});
