import { expect, test } from 'vitest';
import { isOldDraft, planStrays } from './repair-sweep-plan.ts';

const day = 24 * 60 * 60_000;
const now = 1000 * day;
const whole = { at: now - day, isWhole: true };

test.each([
  ['is seen for the first time', {}, whole, false],
  ['was first seen a week ago', { a: now - 7 * day }, whole, false],
  ['was first seen a month ago', { a: now - 30 * day }, whole, true],
  ['was seen in a time to come, by another clock', { a: now + 90 * day }, whole, false],
  ['was not looked for since', { a: now - 40 * day }, { at: now - 50 * day, isWhole: true }, false],
  ['may lie in a folder that was left out', { a: now - 40 * day }, { ...whole, isWhole: false }, false],
] as const)('a copy whose clip %s goes or stays', (_, seen, scan, goes) => {
  const plan = planStrays(['a'], { seen, now, scan });
  expect(plan.remove).toEqual(goes ? ['a'] : []);
  expect(Object.keys(plan.seen)).toEqual(goes ? [] : ['a']);
});

test('when a clip is back, nothing is remembered of its copy', () => {
  expect(planStrays([], { seen: { a: 0 }, now, scan: whole })).toEqual({ remove: [], seen: {} });
});

test('what is being written is left', () => {
  expect(isOldDraft(now - day / 2, now)).toBe(false);
  expect(isOldDraft(now - 2 * day, now)).toBe(true);
});
