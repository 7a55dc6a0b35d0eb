import { describe, expect, test } from 'vitest';
import type { CalendarDay } from '../../shared/find.ts';
import { cellByKey, cellNear, heatOf, pathsOf, shareOf } from './heat-plan.ts';

const day = (date: string, over: Partial<CalendarDay> = {}): CalendarDay => ({
  day: date,
  captures: 1,
  archived: 2,
  wanted: 0,
  lost: 0,
  vanished: 0,
  locked: 0,
  parking: 0,
  archivedBytes: 1,
  journeys: 0,
  drivenMs: 0,
  distanceM: 0,
  ...over,
});
const driven = (date: string, minutes: number) => day(date, { drivenMs: minutes * 60_000 });

describe('the strip of a year', () => {
  test('has a bar for each day, in the order of time, as high as was driven', () => {
    const { cells, length } = heatOf(2026, [
      driven('2026-12-31', 200),
      driven('2026-03-01', 90),
      driven('2026-02-28', 30),
      driven('2026-01-02', 1),
      day('2026-01-01'),
    ]);
    expect(length).toBe(365);
    expect(cells.map(({ index, level }) => [index, level])).toEqual([
      [0, 0],
      [1, 1],
      [58, 2],
      [59, 3],
      [364, 4],
    ]);
  });
  test('of a leap year has a day more', () => {
    const leap = heatOf(2024, [day('2024-12-31')]);
    expect([leap.length, leap.cells[0]?.index]).toEqual([366, 365]);
    expect(leap.months[1]).toEqual({ month: '2024-02', from: 31, to: 60, hasDays: false });
    expect(leap.months[11]).toMatchObject({ month: '2024-12', to: 366, hasDays: true });
  });
  test('without any journey goes by recordings', () => {
    const { cells } = heatOf(
      2026,
      [0, 1, 20, 60, 150].map((captures, at) => day(`2026-01-0${at + 1}`, { captures })),
    );
    expect(cells.map(({ level }) => level)).toEqual([0, 1, 2, 3, 4]);
  });
  test('tells what is locked, missing or gone', () => {
    const { cells } = heatOf(2026, [
      day('2026-01-01', { locked: 1 }),
      day('2026-01-02', { wanted: 1 }),
      day('2026-01-03', { lost: 1, archived: 0 }),
      day('2026-01-04', { vanished: 1 }),
      day('2026-01-05', { archived: 0 }),
    ]);
    expect(
      cells.map(({ isLocked, isHollow, isGone }) => [isLocked, isHollow, isGone].map(Number).join('')),
    ).toEqual(['100', '010', '010', '010', '001']);
    expect(pathsOf(heatOf(2026, [day('2026-01-01', { locked: 1 }), day('2026-01-02')]))).toHaveLength(2);
  });
});

describe('going by the strip', () => {
  const year = heatOf(
    2026,
    ['2026-01-10', '2026-01-20', '2026-03-05', '2026-12-31'].map((of) => day(of)),
  );
  test.each([
    [0, '2026-01-10'],
    [14 / 365, '2026-01-10'],
    [15.6 / 365, '2026-01-20'],
    [0.17, '2026-03-05'],
    [1, '2026-12-31'],
  ])('a press at %d goes to the nearest day', (share, expected) => {
    expect(cellNear(year, share)?.day.day).toBe(expected);
  });
  test('there is nowhere to go in an empty year', () => expect(cellNear(heatOf(2026, []), 0.5)).toBeNull());
  test.each([
    ['ArrowRight', '2026-01-10', '2026-01-20'],
    ['ArrowLeft', '2026-01-20', '2026-01-10'],
    ['ArrowLeft', '2026-01-10', undefined],
    ['ArrowRight', '2026-02-01', '2026-03-05'],
    ['PageUp', '2026-01-10', '2026-03-05'],
    ['PageDown', '2026-03-05', '2026-01-20'],
    ['Home', '2026-03-05', '2026-01-10'],
    ['End', '2026-03-05', '2026-12-31'],
    ['x', '2026-03-05', undefined],
  ])('%s from %s', (key, from, to) => expect(cellByKey(year, from, key)?.day.day).toBe(to));
  test('a day lies in its place', () => {
    expect(shareOf(year, '2026-01-01')).toBeCloseTo(0.5 / 365);
    expect(shareOf(year, '2026-12-31')).toBeCloseTo(364.5 / 365);
  });
});
