import { expect, test } from 'vitest';
import { ListingSchedule, type ListingPace } from './listing-pace.ts';

const pace: ListingPace = { idleMs: 60_000, heldMs: 15_000, longestMs: 600_000, costFactor: 20 };

function listed(costMs: number): ListingSchedule {
  const schedule = new ListingSchedule(pace);
  schedule.begin(1000);
  schedule.end(1000 + costMs);
  return schedule;
}

test('a camera that was never listed is listed at once, and then not before its pause is over', () => {
  expect(new ListingSchedule(pace).isDue(0, false)).toBe(true);
  const schedule = listed(100);
  expect(schedule.isDue(1100 + 59_999, false)).toBe(false);
  expect(schedule.isDue(1100 + 60_000, false)).toBe(true);
});

test('a clip that may still be written makes the pause short', () => {
  const schedule = listed(100);
  expect(schedule.isDue(1100 + 14_999, true)).toBe(false);
  expect(schedule.isDue(1100 + 15_000, true)).toBe(true);
});

test('a listing that takes the camera long is asked for seldom, but not never', () => {
  const slow = listed(8000);
  expect(slow.isDue(9000 + 159_999, true)).toBe(false);
  expect(slow.isDue(9000 + 160_000, true)).toBe(true);
  expect(listed(300_000).isDue(301_000 + 600_000, false)).toBe(true);
});

test('who asks is answered, once', () => {
  const schedule = listed(100);
  schedule.want();
  expect(schedule.isDue(1101, false)).toBe(true);
  schedule.begin(1101);
  schedule.end(1102);
  expect(schedule.isDue(1103, false)).toBe(false);
});

test('a listing that began before something happened does not tell of it', () => {
  const schedule = listed(100);
  expect(schedule.hasBegunSince(1000)).toBe(true);
  expect(schedule.hasBegunSince(1001)).toBe(false);
});
