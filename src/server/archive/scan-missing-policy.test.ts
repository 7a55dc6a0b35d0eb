import { expect, test } from 'vitest';
import { mayMarkMissing, vanishedProblem } from './scan-missing-policy.ts';

test.each([
  ['none', 0, 100, false],
  ['the only clip', 1, 1, false],
  ['one of two', 1, 2, true],
  ['few, though they are most of it', 20, 25, true],
  ['more than a few, and a good part', 26, 100, false],
  ['more than a few of many', 200, 1000, true],
  ['more than a quarter of many', 251, 1000, false],
  ['more than there should be', 30, 20, false],
])('whether %s may be marked as missing', (_, clips, archived, may) => {
  expect(mayMarkMissing({ clips, archived, isAccepted: false })).toBe(may);
  expect(mayMarkMissing({ clips, archived, isAccepted: true })).toBe(clips > 0);
});

test('the problem says how many and that nothing was changed', () => {
  expect(vanishedProblem({ clips: 7, archived: 9, isAccepted: false }).message).toBe(
    '7 of 9 clips are not in the recordings folder any more. Nothing was changed.',
  );
});
