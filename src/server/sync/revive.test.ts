import { expect, test } from 'vitest';
import { reviveOnVisit } from './revive.ts';

const now = 100 * 60_000;
const failed = { state: 'failed', state_at: 0, remote_path: '/DCIM/X.MP4', remote_gone_at: null } as const;

test('a clip that was given up is tried again on a later visit while the card has it', () => {
  expect(reviveOnVisit(failed, now)).toBe(true);
  expect(reviveOnVisit({ ...failed, remote_gone_at: 5 }, now)).toBe(false);
  expect(reviveOnVisit({ ...failed, remote_path: null }, now)).toBe(false);
  expect(reviveOnVisit({ ...failed, state: 'waiting' }, now)).toBe(false);
});

test('one that failed less than ten minutes ago rests, also when the camera came back meanwhile', () => {
  expect(reviveOnVisit({ ...failed, state_at: now - 10 * 60_000 + 1 }, now)).toBe(false);
  expect(reviveOnVisit({ ...failed, state_at: now - 10 * 60_000 }, now)).toBe(true);
});

test('a clock that was set back does not keep a clip from its next chance', () => {
  expect(reviveOnVisit({ ...failed, state_at: now + 1 }, now)).toBe(true);
});
