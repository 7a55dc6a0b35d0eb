import { describe, expect, test } from 'vitest';
import type { ObstacleCode } from '../../shared/retention.ts';
import type { ArchiveVolume } from '../../shared/status.ts';
import { clockObstacleOf, gateOf, type ClockFacts, type GateFacts } from './gate.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const now = Date.UTC(2026, 8, 20, 12);
const in2020 = Date.UTC(2020, 0, 3);
const in2040 = Date.UTC(2040, 2, 14);

const clock: ClockFacts = {
  now,
  seenAt: now - 600_000,
  lastArchivedAt: now - 2 * dayMs,
  hasFreshClip: false,
  confirmedAt: null,
};
const volume: ArchiveVolume = {
  state: 'ready',
  path: '/recordings',
  message: null,
  freeBytes: 1e12,
  totalBytes: 4e12,
  checkedAt: now,
};
const fine: GateFacts = { volume, scan: { state: 'done', message: null, hasFinished: true }, clock };

describe('the volume and the first scan', () => {
  test.each<[string, Partial<GateFacts>, ObstacleCode | null]>([
    ['all is well', {}, null],
    ['not looked at yet', { volume: { ...volume, state: 'checking' } }, 'volume'],
    ['not mounted', { volume: { ...volume, state: 'unmarked', message: 'Is the share mounted?' } }, 'volume'],
    ['another archive', { volume: { ...volume, state: 'foreign' } }, 'volume'],
    ['gone', { volume: { ...volume, state: 'missing' } }, 'volume'],
    ['asleep', { volume: { ...volume, state: 'slow' } }, 'volume'],
    ['read-only', { volume: { ...volume, state: 'unwritable' } }, 'volume'],
    ['full', { volume: { ...volume, state: 'full', freeBytes: 0 } }, null],
    ['full, and not answering', { volume: { ...volume, state: 'full', freeBytes: null } }, 'volume'],
    ['fuller than it should be', { volume: { ...volume, state: 'critical' } }, null],
    ['never looked through', { scan: { state: 'never', message: null, hasFinished: false } }, 'scan'],
    ['being looked through', { scan: { state: 'running', message: null, hasFinished: false } }, 'scan'],
    ['being looked through again', { scan: { state: 'running', message: null, hasFinished: true } }, 'scan'],
    ['the first look failed', { scan: { state: 'failed', message: 'Broken.', hasFinished: false } }, 'scan'],
    ['a later look failed', { scan: { state: 'failed', message: 'Broken.', hasFinished: true } }, null],
    ['only the clock is wrong', { clock: { ...clock, now: in2020 } }, 'clock_behind'],
  ])('%s', (_name, change, code) => {
    expect(gateOf({ ...fine, ...change })?.code ?? null).toBe(code);
  });

  test('the reason is told in the words of the volume and the scan', () => {
    const unmarked = gateOf({
      ...fine,
      volume: { ...volume, state: 'unmarked', message: 'Is the share mounted?' },
    });
    expect(unmarked?.message).toBe('Is the share mounted?');
    const failed = gateOf({ ...fine, scan: { state: 'failed', message: 'Broken.', hasFinished: false } });
    expect(failed?.message).toMatch(/not been looked through to its end\. Broken\.$/);
  });
});

describe('the clock', () => {
  const atFirstStart = { seenAt: null, lastArchivedAt: null };
  test.each<[string, Partial<ClockFacts>, ObstacleCode | null]>([
    ['runs', {}, null],
    ['the machine was off for three days', { seenAt: now - 3 * dayMs }, null],
    ['the machine was off for three weeks', { seenAt: now - 21 * dayMs }, 'clock_jumped'],
    [
      'off for three weeks, and a camera brings a clip of today',
      { seenAt: now - 21 * dayMs, hasFreshClip: true },
      null,
    ],
    ['off for three weeks, and a person says that it is right', { seenAt: now, confirmedAt: now }, null],
    [
      'a person said so before it was off',
      { seenAt: now - 21 * dayMs, confirmedAt: now - 90 * dayMs },
      'clock_jumped',
    ],
    ['1970', { now: 0 }, 'clock_behind'],
    ['2020', { now: in2020 }, 'clock_behind'],
    [
      '2020, and a person says that it is right',
      { now: in2020, seenAt: in2020, confirmedAt: in2020 },
      'clock_behind',
    ],
    ['2020, on the first start of all', { now: in2020, ...atFirstStart }, 'clock_behind'],
    [
      'the last day before this program was made',
      { now: Date.UTC(2025, 11, 31), ...atFirstStart },
      'clock_behind',
    ],
    ['2040, while it runs or at a start', { now: in2040 }, 'clock_jumped'],
    ['2040, and clips of 2026 arrive', { now: in2040, lastArchivedAt: in2040 - hourMs }, 'clock_jumped'],
    ['right again after 2040, where nothing arrived', { seenAt: now - dayMs }, null],
    ['right again after 2040, where clips arrived', { lastArchivedAt: in2040 }, 'clock_behind'],
    [
      'the same, and a person says that it is right',
      { lastArchivedAt: in2040, seenAt: now, confirmedAt: now },
      null,
    ],
    ['the same, some days on', { lastArchivedAt: in2040, confirmedAt: now - 9 * dayMs }, null],
    ['behind by less than a day', { seenAt: now + 23 * hourMs }, null],
    ['behind by more than a day', { seenAt: now + 25 * hourMs }, 'clock_behind'],
    ['behind, whatever clips there are', { seenAt: now + 25 * hourMs, hasFreshClip: true }, 'clock_behind'],
    [
      'behind, though a person once said it was right',
      { seenAt: now + 25 * hourMs, confirmedAt: now - dayMs },
      'clock_behind',
    ],
    ['a clip arrived more than a day after now', { lastArchivedAt: now + 25 * hourMs }, 'clock_behind'],
    ['never looked at, with an empty archive', { ...atFirstStart }, null],
    ['never looked at, after an adoption', { ...atFirstStart, newestStart: now - 90 * dayMs }, null],
    [
      'never looked at, 2040, after an adoption',
      { ...atFirstStart, now: in2040, newestStart: now },
      'clock_jumped',
    ],
    [
      'never looked at, 2040, with clips that were fetched here',
      { now: in2040, seenAt: null },
      'clock_jumped',
    ],
    [
      'never looked at, old recordings and one of today',
      { ...atFirstStart, newestStart: in2020, hasFreshClip: true },
      null,
    ],
  ])('%s', (_name, change, code) => {
    expect(clockObstacleOf({ ...clock, ...change })?.code ?? null).toBe(code);
  });

  test('what is wrong is told with its dates, and what to do', () => {
    expect(clockObstacleOf({ ...clock, now: in2040 })).toMatchObject({
      message:
        'The clock of this machine says 14 March 2040; when this program last looked at it, it was 20 September 2026.',
      advice: expect.stringContaining('page Storage'),
    });
    expect(clockObstacleOf({ ...clock, now: in2020 })?.message).toMatch(
      /says 3 January 2020, which cannot be\.$/,
    );
    expect(clockObstacleOf({ ...clock, lastArchivedAt: in2040 })?.message).toMatch(
      /says 20 September 2026, but a recording arrived here on 14 March 2040\.$/,
    );
  });
});
