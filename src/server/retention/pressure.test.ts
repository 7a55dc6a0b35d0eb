import { expect, test } from 'vitest';
import { needsOf, roomNeeded, type Need } from './pressure.ts';
import type { Pressure } from './retention-types.ts';

const gib = 2 ** 30;
const idle: Pressure = { disk: null, usedBytes: 0, trashBytes: 0, archiveBytes: 0 };
const disk = (used: number, archiveBytes: number, trashBytes = 0): Pressure => ({
  disk: { totalBytes: 1000, freeBytes: 1000 - used },
  usedBytes: archiveBytes + trashBytes,
  trashBytes,
  archiveBytes,
});
const ofQuota = (usedBytes: number, trashBytes = 0, archiveBytes = usedBytes - trashBytes): Pressure => ({
  disk: null,
  usedBytes,
  trashBytes,
  archiveBytes,
});

test.each<[string, { retentionDiskPct?: number; quotaGib?: number }, Pressure, Partial<Need>[]]>([
  ['no rule asks for nothing', {}, disk(990, 900), []],
  ['a disk below its limit', { retentionDiskPct: 80 }, disk(799, 500), []],
  ['a disk at its limit', { retentionDiskPct: 80 }, disk(800, 500), [{ rule: 'disk', bytes: 1 }]],
  ['a disk over it', { retentionDiskPct: 80 }, disk(900, 500), [{ rule: 'disk', bytes: 101 }]],
  ['a disk that is over only with its trash', { retentionDiskPct: 80 }, disk(900, 500, 101), []],
  ['a disk that did not answer', { retentionDiskPct: 80 }, idle, []],
  ['a disk full of other data', { retentionDiskPct: 80 }, disk(900, 100), [{ bytes: 101, isOthers: true }]],
  [
    'a disk nearly full of other data',
    { retentionDiskPct: 80 },
    disk(900, 101),
    [{ bytes: 101, isOthers: false }],
  ],
  ['a quota below its limit', { quotaGib: 1 }, ofQuota(gib - 1), []],
  ['a quota at its limit', { quotaGib: 1 }, ofQuota(gib), [{ rule: 'quota', bytes: 1, isOthers: false }]],
  ['a quota that the trash fills', { quotaGib: 1 }, ofQuota(gib + 10, 11), []],
  ['a quota that the trash does not fill alone', { quotaGib: 1 }, ofQuota(gib + 10, 4), [{ bytes: 7 }]],
  ['a quota that exports fill', { quotaGib: 1 }, ofQuota(gib + 10, 0, 5), [{ bytes: 11, isOthers: true }]],
  [
    'both',
    { quotaGib: 1, retentionDiskPct: 50 },
    { ...ofQuota(gib), disk: { totalBytes: 4 * gib, freeBytes: 2 * gib } },
    [{ rule: 'quota' }, { rule: 'disk' }],
  ],
])('%s', (_name, rules, pressure, expected) => {
  const needs = needsOf({ retentionDiskPct: 0, quotaGib: 0, ...rules }, pressure);
  expect(needs).toMatchObject(expected);
  expect(needs).toHaveLength(expected.length);
});

test('a clip that is about to arrive needs what is over with it, and nothing where it fits', () => {
  const rules = { retentionDiskPct: 0, quotaGib: 1 };
  expect(roomNeeded(rules, ofQuota(gib - 100), { bytes: 99 })).toEqual([]);
  expect(roomNeeded(rules, ofQuota(gib - 100), { bytes: 150 })).toMatchObject([{ rule: 'quota', bytes: 51 }]);
  const full = roomNeeded(rules, ofQuota(gib - 100, 0, 50), { bytes: 151 });
  expect(full, 'more than the archive has').toMatchObject([{ isOthers: true }]);
});
