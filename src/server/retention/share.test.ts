import { expect, test } from 'vitest';
import type { Amount, RetentionSettings } from '../../shared/retention.ts';
import { dayMs } from './policy.ts';
import { confirmationOf, keyOf, type Confirmed, type ShareQuestion } from './share.ts';

const now = Date.UTC(2026, 5, 28);
const rules: RetentionSettings = {
  retentionDays: 30,
  retentionRules: [{ cameraId: null, kind: 'parking', channel: null, days: 7 }],
  retentionWhole: 'captures',
  protectLocked: true,
  retentionDiskPct: 0,
  quotaGib: 0,
  retentionFloorDays: 0,
  retentionFloorGb: 0,
  retentionMaxSharePct: 20,
};
const deletions = (clips: number, bytes = 10) =>
  Array.from({ length: clips }, (_, index) => ({
    clipId: index,
    captureId: index,
    cameraId: 1,
    startedAt: index,
    localDay: `2026-05-${String((index % 28) + 1).padStart(2, '0')}`,
    bytes,
    why: { by: 'age', days: 30, rule: null } as const,
  }));
const ask = (clips: number, change: Partial<ShareQuestion> = {}, bytes = 10) =>
  confirmationOf({
    plan: { deletions: deletions(clips, bytes), archive: { clips: 1000, bytes: 10_000 } },
    rules,
    recent: { clips: 0, bytes: 0 },
    confirmed: null,
    now,
    ...change,
  });

test.each<[string, number, Amount, number, boolean]>([
  ['nothing', 0, { clips: 900, bytes: 9000 }, 10, false],
  ['a fifth', 200, { clips: 0, bytes: 0 }, 10, false],
  ['more than a fifth', 201, { clips: 0, bytes: 0 }, 10, true],
  ['few clips with many of the bytes', 100, { clips: 0, bytes: 0 }, 30, true],
  ['a fifth with what went today', 100, { clips: 125, bytes: 1250 }, 10, false],
  ['more than a fifth with what went today', 101, { clips: 125, bytes: 1250 }, 10, true],
])('a plan of %s asks or not', (_name, ...[clips, recent, bytes, isAsked]) => {
  expect(ask(clips, { recent }, bytes) !== null).toBe(isAsked);
});

test('twenty clips a day go without asking, however small the archive is', () => {
  const archive = { clips: 21, bytes: 210 };
  expect(ask(20, { plan: { deletions: deletions(20), archive } })).toBeNull();
  expect(ask(21, { plan: { deletions: deletions(21), archive } })).not.toBeNull();
  expect(
    ask(10, { plan: { deletions: deletions(10), archive }, recent: { clips: 11, bytes: 110 } }),
  ).not.toBeNull();
});

test('the question tells what would go, of what, and from when to when', () => {
  expect(ask(300, { recent: { clips: 200, bytes: 2000 } })).toEqual({
    key: keyOf(rules),
    clips: 300,
    bytes: 3000,
    ofClips: 1200,
    ofBytes: 12_000,
    sharePct: (500 / 1200) * 100,
    limitPct: 20,
    oldestDay: '2026-05-01',
    newestDay: '2026-05-28',
  });
});

const confirmed: Confirmed = { key: keyOf(rules), clips: 300, bytes: 3000, at: now };
test.each<[string, number, Partial<Confirmed>, Amount | undefined, boolean]>([
  ['what was confirmed goes', 300, {}, undefined, false],
  ['some clips that became due meanwhile go with it', 320, {}, undefined, false],
  ['a much larger plan asks again', 321, {}, undefined, true],
  ['other rules ask again', 300, { key: 'other' }, undefined, true],
  ['it holds for a day', 300, { at: now - dayMs + 1 }, undefined, false],
  ['and no longer', 300, { at: now - dayMs }, undefined, true],
  ['the rest of what was confirmed goes', 250, {}, { clips: 50, bytes: 500 }, false],
  ['it is not confirmed twice', 300, {}, { clips: 300, bytes: 3000 }, true],
  ['more bytes than were confirmed ask again', 300, { bytes: 2000 }, undefined, true],
])('%s', (_name, ...[clips, change, goneSince, isAsked]) => {
  const given = { confirmed: { ...confirmed, ...change }, ...(goneSince && { goneSince }) };
  expect(ask(clips, given) !== null).toBe(isAsked);
});

test('equal rules have one key, and other rules another', () => {
  const reversed = Object.fromEntries(Object.entries(rules).toReversed()) as RetentionSettings;
  expect(keyOf(reversed)).toBe(keyOf(rules));
  expect(keyOf({ ...rules, retentionDays: 29 })).not.toBe(keyOf(rules));
  expect(keyOf({ ...rules, retentionRules: [] })).not.toBe(keyOf(rules));
});
