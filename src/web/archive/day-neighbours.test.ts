import { expect, test } from 'vitest';
import { nearestDays } from './day-neighbours.ts';

const days = ['2026-09-07', '2026-09-03', '2026-08-30'].map((day) => ({ day }));

test('a day has the nearest recorded ones around it', () => {
  expect(nearestDays(days, '2026-09-03')).toEqual({ earlier: '2026-08-30', later: '2026-09-07' });
  expect(nearestDays(days, '2026-09-05')).toEqual({ earlier: '2026-09-03', later: '2026-09-07' });
  expect(nearestDays(days, '2026-09-07')).toEqual({ earlier: '2026-09-03', later: null });
});
