import { describe, expect, test } from 'vitest';
import { formatInstant } from '../format.ts';
import {
  failureWords,
  isClockAsked,
  pendingWords,
  stateTone,
  stateWords,
  sweepWords,
} from './sweep-words.ts';
import { gb, testRetention, testSweep } from './test-storage.ts';

const plain = (text: string | null) => text?.replaceAll(/[\u00a0\u202f]/g, ' ');
const now = new Date('2026-09-03T12:00:00').getTime();
const hour = 3_600_000;
const noon = plain(formatInstant(now, now));
const soon = plain(formatInstant(now + hour, now));

describe('what deletes by rule', () => {
  test('says that it is off, at rest or at work', () => {
    expect(stateWords(testRetention({ state: 'off' }), now)).toContain('No rule is set');
    expect(plain(stateWords(testRetention({ nextAt: now + hour }), now))).toBe(
      `There is nothing to delete now. The next look is at ${soon}.`,
    );
    expect(stateWords(testRetention({ nextAt: now + 10_000 }), now)).toContain('in a moment');
    const progress = { done: 311, total: 1204, failed: 2, freedBytes: 21.3 * gb };
    expect(plain(stateWords(testRetention({ state: 'sweeping', progress }), now))).toBe(
      'Deleting clip 312 of 1,204, 21.3 GB so far, 2 could not be deleted.',
    );
  });
  test('says what it waits for', () => {
    const obstacle = { code: 'volume', message: 'The disk is away', advice: null } as const;
    const retention = testRetention({ state: 'waiting', obstacle });
    expect(stateWords(retention, now)).toBe('The disk is away.');
    expect(stateTone(retention)).toBe('amber');
  });
  test('asks about the clock when it is not believed', () => {
    const obstacle = { message: '', advice: null };
    expect(isClockAsked({ code: 'clock_jumped', ...obstacle })).toBe(true);
    expect(isClockAsked({ code: 'clock_behind', ...obstacle })).toBe(true);
    expect(isClockAsked({ code: 'share', ...obstacle })).toBe(false);
    expect(isClockAsked(null)).toBe(false);
  });
  test('tells orders that wait for the disk', () => {
    expect(pendingWords(testRetention())).toBeNull();
    expect(plain(pendingWords(testRetention({ pending: 3 })))).toContain('3 files');
  });
});

describe('a sweep', () => {
  test('is told with what went, what was left and how it ended', () => {
    const sweep = testSweep({
      beganAt: now - 24 * hour,
      byAge: 100,
      byDisk: 12,
      protected: 46,
      failed: 2,
      freedBytes: 8.1 * gb,
      trashedBytes: 7.2 * gb,
      outcome: 'stopped',
    });
    expect(plain(sweepWords(sweep, now))).toBe(
      `Yesterday ${noon}, by the clock: 112 clips deleted (100 by age and 12 for the disk), 8.1 GB, into the trash: 7.2 GB; 46 protected and 2 could not be deleted; stopped by you.`,
    );
  });
  test('that met an obstacle tells it', () => {
    const sweep = testSweep({ outcome: 'obstacle', message: 'the disk went away', beganAt: now });
    expect(plain(sweepWords(sweep, now))).toMatch(/nothing was deleted; the disk went away\.$/);
  });
  test('tells what went into the trash then, and nothing of what may have left it since', () => {
    const sweep = testSweep({ beganAt: now - 40 * 24 * hour, byAge: 9, freedBytes: gb, trashedBytes: gb });
    expect(plain(sweepWords(sweep, now))).toMatch(/: 9 clips deleted, 1 GB, into the trash: 1 GB\.$/);
    expect(sweepWords({ ...sweep, trashedBytes: 0 }, now)).not.toContain('trash');
  });
  test.each([
    ['stopped', null, 'nothing was deleted; stopped by you.'],
    ['interrupted', 'The program ended meanwhile.', 'nothing was deleted; the program ended meanwhile.'],
    ['interrupted', null, 'nothing was deleted; broken off.'],
    ['done', null, 'nothing was deleted.'],
    [null, null, 'nothing was deleted; still running.'],
  ] as const)('that ended as %s (%s) says whose doing that was', (outcome, message, words) => {
    const sweep = testSweep({ outcome, message });
    expect(sweepWords(sweep, now).endsWith(`: ${words}`)).toBe(true);
  });
});

test('a failure tells its reason and when it is tried again', () => {
  const failure = { clipId: 1, name: '', path: '', reason: 'No permission', tries: 3, nextAt: now + hour };
  expect(plain(failureWords(failure, now))).toBe(`No permission. Tried 3 times. Tried again at ${soon}.`);
  expect(failureWords({ ...failure, tries: 1, nextAt: now }, now)).toBe('No permission. Tried again soon.');
});
