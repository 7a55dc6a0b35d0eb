import { expect, test } from 'vitest';
import {
  isSessionLive,
  liveSessions,
  sessionEndsAt,
  sessionIdleMs,
  sessionIdOf,
  sessionLifeMs,
} from './session-policy.ts';

const dayMs = 86_400_000;

test.each([
  ['one that was just begun', 0, 0, 0, true],
  ['one used a moment before 30 days', 0, 0, 30 * dayMs - 1, true],
  ['one unused for 30 days', 0, 0, 30 * dayMs, false],
  ['one used yesterday, after 89 days', 0, 88 * dayMs, 89 * dayMs, true],
  ['one used this minute, after 90 days', 0, 90 * dayMs - 1, 90 * dayMs, false],
  ['one that seems to begin tomorrow, for the clock was set back', dayMs, dayMs, 0, true],
])('%s is good: (%i, %i, %i) %s', (...[, created_at, last_seen_at, now, isGood]) => {
  expect(isSessionLive({ created_at, last_seen_at }, now)).toBe(isGood);
  expect(sessionEndsAt({ created_at, last_seen_at }) > now).toBe(isGood);
});

test('a session lasts 30 days unused and 90 in all', () => {
  expect([sessionIdleMs, sessionLifeMs]).toEqual([30 * dayMs, 90 * dayMs]);
});

test('the list has those that are not over, the last used first', () => {
  const [old, mine, phone] = [
    { name: 'old', created_at: 0, last_seen_at: 0 },
    { name: 'mine', created_at: dayMs, last_seen_at: 31 * dayMs },
    { name: 'phone', created_at: dayMs, last_seen_at: 40 * dayMs },
  ];
  expect(liveSessions([old, mine, phone], 40 * dayMs)).toEqual([phone, mine]);
});

test('the name of a session is a part of its hash, too short to find the rest', () => {
  expect(sessionIdOf('0123456789abcdef'.repeat(4))).toBe('0123456789abcdef');
});
