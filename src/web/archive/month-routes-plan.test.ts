import { expect, test } from 'vitest';
import { mapOfDays, monthsOf, queryOfMonth } from './month-routes-plan.ts';

test('the months of days, newest first', () => {
  expect(monthsOf(['2026-01-02', '2026-02-28', '2026-02-01'])).toEqual(['2026-02', '2026-01']);
});

test.each([
  ['2026-02', '2026-03-01'],
  ['2026-12', '2027-01-01'],
  ['2026-07', '2026-08-01'],
])('the journeys of %s are those before %s', (month, before) => {
  expect(queryOfMonth(month)).toEqual({ query: { before, limit: 31 } });
});

test('a day without journeys has no row of them', () => {
  expect([...mapOfDays([{ day: '2026-01-02', journeys: [] }]).keys()]).toEqual([]);
});
