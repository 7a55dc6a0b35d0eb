import { expect, test } from 'vitest';
import { budgetOf, nextTryAt, surplusOf } from './cache-policy.ts';

test('the cache has what the settings give, and leaves its disk half a gigabyte', () => {
  expect(budgetOf({ cacheGb: 10, usedBytes: 1e9, freeBytes: 100e9 })).toBe(10e9);
  expect(budgetOf({ cacheGb: 10, usedBytes: 1e9, freeBytes: 2e9 })).toBe(2.5e9);
  expect(budgetOf({ cacheGb: 10, usedBytes: 4e9, freeBytes: 0 })).toBe(3.5e9);
  expect(budgetOf({ cacheGb: 10, usedBytes: 0, freeBytes: 1e6 })).toBe(0);
});

test('nothing has to go while there is room; else a little more than what is too much', () => {
  expect(surplusOf(10, 10)).toBe(0);
  expect(surplusOf(101, 100)).toBeCloseTo(6);
  expect(surplusOf(100, 0)).toBe(100);
});

test('what fails is tried again three times, later each time, and then not by itself', () => {
  const tries = [1, 2, 3, 4, 5].map((attempts) => nextTryAt(attempts, 1000));
  expect(tries).toEqual([601_000, 10_801_000, 86_401_000, null, null]);
});
