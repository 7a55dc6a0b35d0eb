import { expect, test } from 'vitest';
import { backoffMs, judgeFailure, maxAttempts, type DownloadFailureKind } from './failure-policy.ts';

const judge = (kind: DownloadFailureKind, attempts = 0, progressed = false) =>
  judgeFailure({ kind, attempts, progressed, reachedNewGround: true });

test.each<[DownloadFailureKind, string, string]>([
  ['cancelled', 'waiting', 'stop'],
  ['unreachable', 'waiting', 'probe'],
  ['busy', 'waiting', 'probe'],
  ['growing', 'held', 'continue'],
  ['space', 'waiting', 'stop'],
  ['volume', 'waiting', 'stop'],
  ['target', 'held', 'continue'],
])('%s is nobody’s fault: no attempt is burnt, however often it comes', (kind, state, next) => {
  for (const attempts of [0, maxAttempts - 1, 100])
    expect(judge(kind, attempts)).toMatchObject({ state, next, counts: false });
});

test('a transfer cut off after new bytes goes on at once and counts nothing', () => {
  expect(judge('truncated', maxAttempts - 1, true)).toMatchObject({
    state: 'waiting',
    counts: false,
    delayMs: 0,
  });
});

test('one cut off without a byte counts, and the camera is asked whether it is still there', () => {
  expect(judge('truncated')).toMatchObject({ state: 'waiting', counts: true, next: 'probe' });
});

test('one cut off while what was there is fetched again counts nothing: it proves nothing about the clip', () => {
  const cut = {
    kind: 'truncated',
    attempts: maxAttempts - 1,
    progressed: false,
    reachedNewGround: false,
  } as const;
  expect(judgeFailure(cut)).toMatchObject({ state: 'waiting', counts: false, next: 'probe' });
});

test('a clip that is gone is looked for in a fresh listing; only one that goes on being shown there is at fault', () => {
  expect(judge('gone')).toMatchObject({ state: 'waiting', counts: false, next: 'relist' });
  const stillListed = { kind: 'gone', attempts: 4, progressed: false, reachedNewGround: false } as const;
  expect(judgeFailure({ ...stillListed, stillListed: true })).toMatchObject({
    state: 'failed',
    counts: true,
  });
  expect(judgeFailure({ ...stillListed, stillListed: false })).toMatchObject({
    state: 'waiting',
    counts: false,
  });
});

test.each<DownloadFailureKind>(['refused', 'malformed', 'damaged', 'unexpected', 'truncated'])(
  '%s fails for good only after all attempts',
  (kind) => {
    const states = Array.from({ length: maxAttempts }, (_, attempts) => judge(kind, attempts).state);
    expect(states).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'failed']);
  },
);

test('the wait doubles from five seconds to an hour', () => {
  expect([1, 2, 3, 4].map(backoffMs)).toEqual([5000, 10_000, 20_000, 40_000]);
  expect(backoffMs(50)).toBe(3_600_000);
});
