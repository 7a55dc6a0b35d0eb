import { expect, test } from 'vitest';
import type { DiskForecast, Measure } from '../../shared/storage.ts';
import { nothingMeasured } from './measure-walk.ts';
import { storageProblems } from './storage-problems-policy.ts';

const forecast: DiskForecast = {
  outlook: 'rolling',
  bytesPerDay: 1e9,
  at: null,
  daysHeld: 18.7,
  daysAsked: 30,
  tooShort: true,
};
const measure = (recycleBytes: number): Measure => ({
  ...nothingMeasured,
  recycleBytes,
  state: 'done',
  startedAt: 1,
  finishedAt: 2,
  message: null,
});

test('rules that ask for more than fits are told with both figures, and others are not', () => {
  const { rules } = storageProblems({ forecast, measure: measure(0) }, 1e12);
  expect(rules?.message).toBe(
    'The disk holds about 18 days of recordings as they come in now; the rules ask for 30.',
  );
  const one = { ...forecast, daysHeld: 1.2 };
  expect(storageProblems({ forecast: one, measure: measure(0) }, 1e12).rules?.message).toContain('1 day of');
  const fits = { ...forecast, tooShort: false };
  expect(storageProblems({ forecast: fits, measure: measure(0) }, 1e12).rules).toBeNull();
});

test.each([
  ['a small one', 0.9e9, 1e9, false],
  ['more than a gigabyte, little of the disk', 2e9, 1e12, false],
  ['more than both', 60e9, 1e12, true],
  ['more than a gigabyte of a disk of unknown size', 60e9, null, false],
] as const)('of a recycle bin: %s', (_name, bytes, totalBytes, isTold) => {
  const { recycle } = storageProblems({ forecast, measure: measure(bytes) }, totalBytes);
  expect(recycle !== null).toBe(isTold);
});
