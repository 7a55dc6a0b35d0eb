import { expect, test } from 'vitest';
import type { Pressure } from './retention-types.ts';
import { trashExcessBytes } from './trash-pressure-policy.ts';

const gb = 1e9;
const none = { retentionDiskPct: 0, quotaGib: 0, diskCriticalPct: 0, keepFreeGb: 0 };
const pressure = (change: Partial<Pressure>): Pressure => ({
  disk: { totalBytes: 100 * gb, freeBytes: 50 * gb },
  usedBytes: 0,
  trashBytes: 1000 * gb,
  archiveBytes: 0,
  ...change,
});
const used = (percent: number) => ({ totalBytes: 100 * gb, freeBytes: (100 - percent) * gb });

test.each([
  ['nothing asks for room', pressure({ disk: used(99) }), none, 0],
  ['the disk did not answer', pressure({ disk: null }), { ...none, retentionDiskPct: 10 }, 0],
  ['fuller than the rule, not yet tight', pressure({ disk: used(94) }), { ...none, retentionDiskPct: 90 }, 0],
  [
    'tight: midway between the rule and full',
    pressure({ disk: used(97) }),
    { ...none, retentionDiskPct: 90 },
    2 * gb,
  ],
  [
    'fuller than what stops downloads',
    pressure({ disk: used(97) }),
    { ...none, diskCriticalPct: 96 },
    1 * gb,
  ],
  ['less free than is to stay free', pressure({ disk: used(97) }), { ...none, keepFreeGb: 10 }, 7 * gb],
  ['above the quota', pressure({ usedBytes: 3 * 2 ** 30 }), { ...none, quotaGib: 2 }, 2 ** 30],
  ['no more than there is', pressure({ disk: used(97), trashBytes: 5 }), { ...none, keepFreeGb: 10 }, 5],
  [
    'the most that anybody asks for',
    pressure({ disk: used(97), usedBytes: 3 * 2 ** 30 }),
    { ...none, quotaGib: 2, keepFreeGb: 10 },
    7 * gb,
  ],
])('of the trash must go when %s', (_, given, limits, bytes) => {
  expect(trashExcessBytes(given, limits)).toBeCloseTo(bytes, 0);
});
