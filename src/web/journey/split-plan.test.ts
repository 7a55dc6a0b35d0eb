import { expect, test } from 'vitest';
import { instantOfTime, splitWords } from './split-plan.ts';

const overMidnight = {
  startedAt: Date.UTC(2026, 8, 3, 21, 40, 5, 250),
  endedAt: Date.UTC(2026, 8, 3, 22, 20),
  startZone: 'Europe/Berlin',
};

test('a typed time is the instant on the clocks where the car was, also beyond midnight', () => {
  expect(instantOfTime(overMidnight, '23:45')).toBe(Date.UTC(2026, 8, 3, 21, 45));
  expect(instantOfTime(overMidnight, '00:10:30')).toBe(Date.UTC(2026, 8, 3, 22, 10, 30));
});

test('a time the car was not on this journey is none', () => {
  expect(instantOfTime(overMidnight, '23:40:05')).toBeNull();
  expect(instantOfTime(overMidnight, '12:00')).toBeNull();
  expect(instantOfTime(overMidnight, '')).toBeNull();
});

test('when summer time ends on the way, the time is still that of a clock', () => {
  const autumn = {
    startedAt: Date.UTC(2026, 9, 25, 0, 30),
    endedAt: Date.UTC(2026, 9, 25, 2, 30),
    startZone: 'Europe/Berlin',
  };
  expect(instantOfTime(autumn, '03:15')).toBe(Date.UTC(2026, 9, 25, 2, 15));
});

test('a split is told before it is made', () => {
  const at = Date.UTC(2026, 8, 3, 22);
  expect(splitWords(overMidnight, '00:00', at).replaceAll('\u00a0', ' ')).toMatch(
    /^Two journeys: 20 min until .*, and 20 min from then on\.$/,
  );
  expect(splitWords(overMidnight, '12:00', null)).toMatch(/not on this journey/);
});
