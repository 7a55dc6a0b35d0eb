import { expect, test } from 'vitest';
import { isGone } from './artifact-gone.ts';

const day = 24 * 60 * 60_000;
const now = 1000 * day;

test.each([
  ['archived', 500, false],
  ['deleted', 0, true],
  ['expired', 0, true],
  ['missing', 29, false],
  ['missing', 30, true],
  ['waiting', 29, false],
  ['lost', 31, true],
] as const)('of a clip that is %s since %i days, what was made is gone: %s', (state, days, gone) => {
  expect(isGone({ state, state_at: now - days * day }, now)).toBe(gone);
});
