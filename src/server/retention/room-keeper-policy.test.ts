import { describe, expect, test } from 'vitest';
import type { PlannedDeletion, Pressure, SweepPlan } from './retention-types.ts';
import {
  makesRoom,
  needOf,
  refusalFor,
  refusedUntil,
  withoutTrash,
  withRefusal,
  type Refusal,
} from './room-keeper-policy.ts';
import { hindranceOf, refusalWords, waitingFor } from './room-keeper-words.ts';

const gib = 2 ** 30;
const pressure = (change: Partial<Pressure> = {}): Pressure => ({
  disk: null,
  usedBytes: 0,
  trashBytes: 0,
  archiveBytes: 0,
  ...change,
});
const disk = (usedBytes: number) => ({ totalBytes: 1000, freeBytes: 1000 - usedBytes });
const quota = { quotaGib: 1, retentionDiskPct: 0 };
const half = { quotaGib: 0, retentionDiskPct: 50 };

describe('what has to go before a clip fits', () => {
  test('nothing where no rule is set, however full it is', () => {
    const none = { quotaGib: 0, retentionDiskPct: 0 };
    expect(needOf(none, pressure({ disk: disk(999), usedBytes: 9 * gib }), 500)).toEqual({ kind: 'none' });
  });

  test('nothing while the archive stays below its quota, and one byte at the quota', () => {
    expect(needOf(quota, pressure({ usedBytes: gib - 101 }), 100)).toEqual({ kind: 'none' });
    expect(needOf(quota, pressure({ usedBytes: gib - 100 }), 100)).toEqual({
      kind: 'clips',
      trashBytes: 0,
      lack: { rule: 'quota', bytes: 1 },
    });
  });

  test('so much of the trash where that is enough for the quota, and no more', () => {
    expect(needOf(quota, pressure({ usedBytes: gib, trashBytes: 500 }), 99)).toEqual({
      kind: 'trash',
      bytes: 100,
    });
    expect(needOf(quota, pressure({ usedBytes: gib, trashBytes: 100 }), 99)).toMatchObject({ kind: 'trash' });
    expect(needOf(quota, pressure({ usedBytes: gib, trashBytes: 99 }), 99)).toEqual({
      kind: 'clips',
      trashBytes: 99,
      lack: { rule: 'quota', bytes: 1 },
    });
  });

  test('the share of the disk is judged without the trash, as the sweep judges it', () => {
    expect(needOf(half, pressure({ disk: disk(560), trashBytes: 100 }), 39)).toEqual({ kind: 'none' });
    expect(needOf(half, pressure({ disk: disk(560), trashBytes: 100 }), 40)).toEqual({
      kind: 'clips',
      trashBytes: 100,
      lack: { rule: 'disk', bytes: 1 },
    });
  });

  test('of two broken rules the one that needs more clips counts', () => {
    const both = { quotaGib: 1, retentionDiskPct: 50 };
    const tight = pressure({ disk: disk(500), usedBytes: gib, trashBytes: 20 });
    expect(needOf(both, tight, 10)).toEqual({ kind: 'trash', bytes: 11 });
    const trashed = pressure({ disk: disk(550), usedBytes: gib, trashBytes: 20 });
    expect(needOf(both, trashed, 10)).toMatchObject({ lack: { rule: 'disk', bytes: 41 } });
    const full = pressure({ disk: disk(550), usedBytes: gib + 100, trashBytes: 20 });
    expect(needOf(both, full, 10)).toMatchObject({ lack: { rule: 'quota', bytes: 91 } });
  });

  test('a disk that does not answer says nothing', () => {
    expect(needOf(half, pressure({ disk: null }), 10_000)).toEqual({ kind: 'none' });
  });

  test('an emptied trash leaves the disk and the archive that much lighter', () => {
    expect(withoutTrash(pressure({ disk: disk(600), usedBytes: 500, trashBytes: 100 }))).toEqual(
      pressure({ disk: disk(500), usedBytes: 400 }),
    );
  });
});

const deletion = (startedAt: number, bytes: number): PlannedDeletion => ({
  clipId: startedAt,
  captureId: startedAt,
  cameraId: 1,
  startedAt,
  localDay: '2026-06-28',
  bytes,
  why: { by: 'room', rule: 'quota', forClip: 'x' },
});
const plan = (...deletions: PlannedDeletion[]) => ({ deletions });

describe('what a plan is worth', () => {
  test.each([
    ['enough', plan(deletion(1, 50), deletion(2, 50)), true],
    ['a byte too little', plan(deletion(1, 50), deletion(2, 49)), false],
    ['something as old as the newcomer', plan(deletion(1, 50), deletion(10, 50)), false],
    ['nothing', plan(), false],
  ])('%s', (_name, { deletions }, expected) => {
    expect(makesRoom({ deletions }, 100, { startedAt: 10 })).toBe(expected);
  });

  test('until when newcomers are refused is the newest that would have to go for them', () => {
    const best = plan(deletion(1, 50), deletion(5, 30), deletion(3, 30), deletion(9, 30));
    expect(refusedUntil(best, 50)).toBe(1);
    expect(refusedUntil(best, 51)).toBe(5);
    expect(refusedUntil(best, 110), 'the newest, not the last').toBe(5);
    expect(refusedUntil(best, 111)).toBe(9);
    expect(refusedUntil(best, 141), 'never').toBe(Infinity);
  });
});

const refusal = (until: number, bytes: number): Refusal => ({
  until,
  bytes,
  reason: `${until}/${bytes}`,
  overBytes: 0,
  at: 0,
});

describe('what was refused', () => {
  test('holds for what is as large and no newer', () => {
    const known = [refusal(10, 100)];
    expect(refusalFor(known, { startedAt: 10, bytes: 100 })).toBe(known[0]);
    expect(refusalFor(known, { startedAt: 2, bytes: 500 })).toBe(known[0]);
    expect(refusalFor(known, { startedAt: 11, bytes: 100 })).toBeUndefined();
    expect(refusalFor(known, { startedAt: 10, bytes: 99 })).toBeUndefined();
  });

  test('is kept in as few as say it', () => {
    const one = withRefusal([refusal(10, 100), refusal(20, 200)], refusal(10, 50));
    expect(one.map(({ reason }) => reason)).toEqual(['20/200', '10/50']);
    expect(withRefusal(one, refusal(Infinity, 50)).map(({ reason }) => reason)).toEqual(['Infinity/50']);
  });
});

const what = (
  change: Partial<SweepPlan['protected']>,
  cause?: 'protected' | 'other_data' | 'floor',
  rule: 'disk' | 'quota' = 'quota',
) => ({
  protected: change as SweepPlan['protected'],
  shortfall: cause ? { rule, bytes: 1, cause } : null,
});
const amount = (clips: number) => ({ clips, bytes: 1 });

describe('a refusal in words', () => {
  const lack = { rule: 'quota', bytes: 213_000_000 } as const;

  test('names the rule, what is needed and what stands in the way', () => {
    const hindrance = hindranceOf(what({ kept: amount(212), locked: amount(1) }, 'protected'), 35e7, null);
    expect(refusalWords({ quotaGib: 100, retentionDiskPct: 0 }, lack, 35e7, hindrance)).toBe(
      'The archive is to stay below 100 GiB. For this clip (0.35 GB), 0.21 GB of older ones would have to go, ' +
        'but of these 212 are kept and 1 is locked.',
    );
    expect(refusalWords({ quotaGib: 0, retentionDiskPct: 90 }, { rule: 'disk', bytes: 5e6 }, 1e6, 'x')).toBe(
      'The disk is to stay below 90 %. For this clip (1.0 MB), 5.0 MB of older ones would have to go, x',
    );
  });

  test.each([
    [{ quotaGib: 0.007543712854385376, retentionDiskPct: 0 }, 'quota', /below 8\.1 MB\. /],
    [{ quotaGib: 0.1, retentionDiskPct: 0 }, 'quota', /below 0\.1 GiB\. /],
    [{ quotaGib: 931.3225746154785, retentionDiskPct: 0 }, 'quota', /below 931\.32 GiB\. /],
    [{ quotaGib: 0, retentionDiskPct: 89.99999 }, 'disk', /below 90 %\. /],
  ] as const)('rounds the limit of %o', (rules, rule, words) => {
    expect(refusalWords(rules, { rule, bytes: 1e6 }, 1e6, 'x')).toMatch(words);
  });

  test.each([
    ['but nothing that may be deleted is older than it.', what({}), 10, null],
    [
      'but other data fills the disk: deleting clips would not be enough.',
      what({}, 'other_data', 'disk'),
      10,
      null,
    ],
    [
      'but there are not as many: the rest is other files, and clips on their way.',
      what({}, 'other_data'),
      10,
      null,
    ],
    ['but the rules always leave what is here.', what({}, 'floor'), 10, null],
    ['but it alone is larger than that.', what({ kept: amount(1) }), 100, 100],
    ['but of these 2 came in the last 24 hours.', what({ recent: amount(2), kept: amount(0) }), 10, 100],
    [
      'but of these 1 is kept, 3 are in use and 1 could not be deleted.',
      what({ kept: amount(1), in_use: amount(3), failed: amount(1) }),
      10,
      null,
    ],
  ])('%s', (words, found, clipBytes, limitBytes) => {
    expect(hindranceOf(found, clipBytes, limitBytes)).toBe(words);
  });

  test('what a person is asked first is told as it is', () => {
    const hindrance = waitingFor('More than 20 % of the archive would go.');
    expect(refusalWords({ quotaGib: 1, retentionDiskPct: 0 }, lack, 1e6, hindrance)).toMatch(
      /have to go, and that has to wait\. More than 20 % of the archive would go\.$/,
    );
  });
});
