import { expect, test } from 'vitest';
import { queueStateOf, ranksOf, seenOf, wishOf } from './queue-plan.ts';
import { queueColumns, type V2Queue } from './v2-rows.ts';

const now = Date.UTC(2026, 8, 1);
const second = Date.UTC(2026, 0, 1) / 1000;

const blank = Object.fromEntries(Object.keys(queueColumns).map((key) => [key, null])) as unknown as V2Queue;
const queued = (row: Partial<V2Queue>): V2Queue => ({ ...blank, id: 1, enqueuedAt: second, ...row });

test.each([
  [{ state: 'pending' }, 'waiting', null],
  [{ state: 'downloading' }, 'waiting', null],
  [{ state: 'failed' }, 'failed', null],
  [{ state: 'gone' }, 'lost', 'gone'],
  [{ state: 'done' }, 'expired', 'retention'],
  [{ state: 'skipped', skipReason: 'user' }, 'skipped', 'user'],
  [{ state: 'skipped', skipReason: null }, 'skipped', 'user'],
  [{ state: 'skipped', skipReason: 'whim' }, 'skipped', 'user'],
  [{ state: 'skipped', skipReason: 'valueOf' }, 'skipped', 'user'],
  [{ state: 'skipped', skipReason: 'geofence' }, 'skipped', 'place'],
  [{ state: 'skipped', skipReason: 'retention' }, 'skipped', 'retention'],
])('%j is %s for the reason %s', (row, state, reason) => {
  expect(queueStateOf(queued(row), now)).toMatchObject({ state, state_reason: reason });
});

test.each(['toString', 'DONE', '', null, 3, Buffer.from('done')])('the state %s is not known', (state) => {
  expect(queueStateOf(queued({ state }), now)).toBe('its state is not known');
});

test('attempts and the last error stay with what is still wanted', () => {
  const row = { attempts: '3', lastError: 'timed out', finishedAt: null, lastAttemptAt: second + 5 };
  expect(queueStateOf(queued({ ...row, state: 'failed' }), now)).toMatchObject({
    attempts: 3,
    last_error: 'timed out',
    state_at: (second + 5) * 1000,
  });
  expect(queueStateOf(queued({ ...row, state: 'done' }), now)).toMatchObject({
    attempts: 0,
    last_error: null,
  });
  expect(queueStateOf(queued({ state: 'failed', attempts: -4, lastError: 5 }), now)).toMatchObject({
    attempts: 0,
    last_error: null,
  });
});

test('a state without any time is of now', () => {
  expect(queueStateOf(queued({ state: 'pending', enqueuedAt: 'soon' }), now)).toMatchObject({
    state_at: now,
  });
});

test.each([
  ['waiting', false, second * 1000, null],
  ['failed', false, second * 1000, null],
  ['skipped', false, second * 1000, null],
  ['archived', false, second * 1000, now],
  ['expired', false, second * 1000, now],
  ['lost', false, second * 1000, now],
  ['waiting', true, null, null],
] as const)('what is %s (imported: %s) was seen at %s and gone at %s', (state, imported, seen, gone) => {
  expect(seenOf(queued({}), { imported, state, now })).toEqual({
    remote_seen_at: seen,
    remote_gone_at: gone,
  });
});

test('only what was asked for has a wish', () => {
  expect(wishOf(queued({ priority: 0 }), now)).toBeNull();
  expect(wishOf(queued({ priority: -3 }), now)).toBeNull();
  expect(wishOf(queued({ priority: 2 }), now)).toMatchObject({ requested: false, priority: 2 });
  expect(wishOf(queued({ requestedAt: second }), now)).toMatchObject({ requested: true, priority: 0 });
});

const wish = (id: number, requested: boolean, priority: number, enqueuedAt: number) => ({
  id,
  requested,
  priority,
  enqueuedAt,
});

test('ranks follow what was requested, then priority, then age, and end at -1', () => {
  const ranks = ranksOf([
    wish(1, false, 1, 50),
    wish(2, false, 9, 50),
    wish(3, false, 9, 40),
    wish(4, true, 1, 90),
    wish(5, true, 5, 90),
  ]);
  expect(ranks).toEqual([
    { id: 5, rank: -5 },
    { id: 4, rank: -4 },
    { id: 3, rank: -3 },
    { id: 2, rank: -2 },
    { id: 1, rank: -1 },
  ]);
});
