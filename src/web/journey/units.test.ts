import { expect, test } from 'vitest';
import { formatDistance, formatDriven } from './units.ts';

test.each([
  [840, 'km', '0.8 km'],
  [9_960, 'km', '10 km'],
  [61_204, 'km', '61 km'],
  [1_609.344, 'miles', '1 mi'],
  [30_000, 'miles', '19 mi'],
] as const)('%d m in %s is %s', (metres, units, words) => {
  expect(formatDistance(metres, units, 'en-GB')).toBe(words.replace(' ', '\u00a0'));
});

test('a speed is told in the unit of the distance', () => {
  expect(formatDriven(27.78, 'km', 'en-GB')).toBe('100\u00a0km/h');
  expect(formatDriven(27.78, 'miles', 'en-GB')).toBe('62\u00a0mph');
});
