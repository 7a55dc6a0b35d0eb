import { describe, expect, test } from 'vitest';
import type { CalendarDay } from '../../shared/find.ts';
import { newAbove, seenOf } from './news-plan.ts';

const days = (...counts: [day: string, captures: number][]) =>
  counts.map(([day, captures]) => ({ day, captures }) as CalendarDay);
const before = days(['2026-09-03', 10], ['2026-09-01', 5]);

describe('what came in above what is read', () => {
  test.each([
    ['nothing did', before, '2026-08-01', 0],
    ['a day', days(['2026-09-04', 2], ['2026-09-03', 10], ['2026-09-01', 5]), '2026-09-01', 2],
    ['more of a day', days(['2026-09-03', 13], ['2026-09-01', 5]), '2026-09-01', 3],
    ['more of the day that is read', days(['2026-09-03', 10], ['2026-09-01', 9]), '2026-09-01', 0],
    ['less of a day', days(['2026-09-03', 1], ['2026-09-01', 5]), '2026-09-01', 0],
    ['nothing is read', days(['2026-09-04', 2]), null, 0],
  ])('%s', (_, now, read, count) => expect(newAbove(seenOf(before), now, read)).toBe(count));
});
