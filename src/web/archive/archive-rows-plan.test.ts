import { describe, expect, test } from 'vitest';
import type { CalendarDay } from '../../shared/find.ts';
import { archiveRows, dayOfRow, rowAt, yearsInView } from './archive-rows-plan.ts';

const day = (date: string): CalendarDay => ({
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
});
const daysOf = new Map([
  [2026, ['2026-09-03', '2026-09-01', '2026-07-31'].map(day)],
  [2024, ['2024-12-31'].map(day)],
]);
const years = [2026, 2025, 2024];
const rows = archiveRows({ years, daysOf, open: new Map() });
const keys = (all: typeof rows) => all.map(({ key }) => key);

const withOpen = (open: Parameters<typeof archiveRows>[0]['open']) =>
  keys(archiveRows({ years: [2024], daysOf, open })).slice(1);

describe('the rows of the archive', () => {
  test('are days under their months, and years that are still to be read', () => {
    expect(keys(rows)).toEqual([
      '2026-09',
      '2026-09-03',
      '2026-09-01',
      '2026-07',
      '2026-07-31',
      'year-2025',
      '2024-12',
      '2024-12-31',
    ]);
  });
  test('have none of a year in which nothing passes', () => {
    expect(keys(archiveRows({ years: [2026], daysOf: new Map([[2026, []]]), open: new Map() }))).toEqual([]);
  });
  test('have what is in an open day below it', () => {
    expect(withOpen(new Map([['2024-12-31', { state: 'wait' }]]))).toEqual(['2024-12-31', '2024-12-31/wait']);
    const capture = { kind: 'capture', key: 'capture-1', previous: undefined, journeyId: null } as never;
    const ready = { state: 'ready', rows: [capture], hasPlaces: false } as const;
    expect(withOpen(new Map([['2024-12-31', ready]]))).toEqual([
      '2024-12-31',
      '2024-12-31/top',
      '2024-12-31/capture-1',
    ]);
    expect(withOpen(new Map([['2024-12-31', { ...ready, rows: [] }]]))).toEqual([
      '2024-12-31',
      '2024-12-31/none',
    ]);
    expect(withOpen(new Map([['2020-01-01', { state: 'wait' }]]))).toEqual(['2024-12-31']);
  });
});

describe('going to a day', () => {
  test.each([
    ['2026-09-03', '2026-09-03'],
    ['2026-09-02', '2026-09-01'],
    ['2026-08-15', '2026-07-31'],
    ['2027-01-01', '2026-09-03'],
    ['2025-06-01', 'year-2025'],
    ['2024-12-31', '2024-12-31'],
    ['2020-01-01', '2024-12-31'],
    ['2026-09', '2026-09'],
    ['2026-08', '2026-07'],
    ['2025-03', 'year-2025'],
    ['2024', '2024-12'],
    ['2026', '2026-09'],
  ])('%s begins at %s', (at, key) => expect(rows[rowAt(rows, at)]?.key).toBe(key));
  test('finds nothing where there is nothing', () => expect(rowAt([], '2026')).toBe(-1));
});

test('every row is of a day, of a month or a year its last', () => {
  expect(rows.map(dayOfRow)).toEqual([
    '2026-09-31',
    '2026-09-03',
    '2026-09-01',
    '2026-07-31',
    '2026-07-31',
    '2025-12-31',
    '2024-12-31',
    '2024-12-31',
  ]);
});

test('a year is read when it comes into view', () => {
  expect(yearsInView(rows, 0, 4)).toEqual([]);
  expect(yearsInView(rows, 2, 5)).toEqual([2025]);
});
