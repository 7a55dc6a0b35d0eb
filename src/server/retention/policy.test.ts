import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channels, clipKinds } from '../../shared/clips.ts';
import type { DeletionWhy, Protection, RetentionSettings } from '../../shared/retention.ts';
import type { RetentionRule } from '../../shared/settings.ts';
import type { ClipRow } from '../db/schema.ts';
import {
  datedAt,
  dayMs,
  isForEver,
  isOff,
  mayGoNow,
  protectionOf,
  type RetentionRow,
  retainFromOf,
  ruleFor,
  termsOfKinds,
} from './policy.ts';

const now = Date.UTC(2026, 5, 28, 12);
const rules: RetentionSettings = {
  retentionDays: 30,
  retentionRules: [],
  retentionWhole: 'captures',
  protectLocked: true,
  retentionDiskPct: 0,
  quotaGib: 0,
  retentionFloorDays: 0,
  retentionFloorGb: 0,
  retentionMaxSharePct: 20,
};
const rule = (days: number, names: Partial<RetentionRule>): RetentionRule => ({
  cameraId: null,
  kind: null,
  channel: null,
  ...names,
  days,
});
/** Of the row, what is asked of it. */
const row = (over: Partial<ClipRow & RetentionRow> = {}): ClipRow =>
  ({
    camera_id: 1,
    kind: 'normal',
    channel: 'front',
    state: 'archived',
    origin: 'sync',
    kept: 0,
    locked: 0,
    started_at: now - 40 * dayMs,
    archived_at: now - 39 * dayMs,
    ...over,
  }) as ClipRow;

const nameOf = <T>(values: readonly T[]) => fc.constantFrom(null, ...values);

describe('which rule a clip falls under', () => {
  const clip = { cameraId: 1, kind: 'parking', channel: 'rear' } as const;
  const parking = rule(7, { kind: 'parking' });
  const rear = rule(14, { channel: 'rear' });
  const both = rule(3, { kind: 'parking', channel: 'rear' });
  test.each<[string, RetentionRule[], RetentionRule | null]>([
    ['the general one, where none is its own', [], null],
    ['none of another camera, kind or channel', [rule(1, { cameraId: 2 }), rule(1, { kind: 'event' })], null],
    ['the one that names more, wherever it stands', [parking, both, rear], both],
    ['of those that name as much the first', [rear, parking], rear],
    ['of those that name as much the first, the other way round', [parking, rear], parking],
    [
      'the camera counts like the others',
      [parking, rule(5, { cameraId: 1, kind: 'parking' })],
      rule(5, { cameraId: 1, kind: 'parking' }),
    ],
  ])('%s', (_name, retentionRules, expected) => {
    expect(ruleFor(clip, { ...rules, retentionRules })).toEqual({
      days: expected?.days ?? 30,
      rule: expected,
    });
  });

  test('for ever is what a rule of its own says, not a missing limit', () => {
    expect(isForEver(ruleFor(clip, { retentionDays: 0, retentionRules: [] }))).toBe(false);
    expect(
      isForEver(ruleFor(clip, { retentionDays: 0, retentionRules: [rule(0, { kind: 'parking' })] })),
    ).toBe(true);
  });

  test('the terms of a kind are decided by the first that fits, and every one of them can', () => {
    const anyRule = fc.record({
      cameraId: nameOf([1, 2]),
      kind: nameOf(clipKinds),
      channel: nameOf(channels),
      days: fc.constantFrom(0, 3, 7),
    });
    fc.assert(
      fc.property(
        fc.array(anyRule, { maxLength: 5 }),
        fc.constantFrom(0, 30),
        (retentionRules, retentionDays) => {
          const given = { retentionDays, retentionRules };
          for (const { kind, terms, minDays, isForEver: all } of termsOfKinds(given)) {
            const clips = [1, 2, 3].flatMap((cameraId) =>
              channels.map((channel) => ({ cameraId, kind, channel })),
            );
            const found = clips.map((one) => ruleFor(one, given));
            const firsts = clips.map(({ cameraId, channel }) =>
              terms.find(
                (term) =>
                  [null, cameraId].includes(term.rule?.cameraId ?? null) &&
                  [null, channel].includes(term.rule?.channel ?? null),
              ),
            );
            expect(firsts).toEqual(found);
            expect(minDays ?? Infinity).toBe(Math.min(...found.map(({ days }) => days || Infinity)));
            expect(all).toBe(found.every((term) => isForEver(term)));
          }
        },
      ),
    );
  });
});

describe('what protects a clip', () => {
  test.each<[string, Partial<RetentionRow>, Protection | null]>([
    ['nothing', {}, null],
    ['nobody believes its date', { time_confidence: 'doubtful' }, 'date'],
    ['its date is as good as any: nothing', { time_confidence: 'assumed' }, null],
    ['somebody kept it', { kept: 1, locked: 1 }, 'kept'],
    ['it is locked', { locked: 1 }, 'locked'],
    ['it arrived less than a day ago', { archived_at: now - dayMs + 1 }, 'recent'],
    ['it arrived a day ago: nothing', { archived_at: now - dayMs }, null],
    [
      'it arrived later than now, by a clock that was ahead',
      { archived_at: now + 900 * dayMs, origin: 'found' },
      'recent',
    ],
    ['nobody knows when it arrived: nothing', { archived_at: null }, null],
    ['it is dated after now', { started_at: now + 1 }, 'date'],
    [
      'it is dated before there were such cameras',
      { started_at: Date.UTC(2009, 11, 31), origin: 'found' },
      'date',
    ],
    ['of 2010, and imported: nothing', { started_at: Date.UTC(2010, 0, 1), origin: 'import' }, null],
    ['a floor in days', { started_at: now - 10 * dayMs + 1 }, 'floor'],
    ['at the floor in days: nothing', { started_at: now - 10 * dayMs }, null],
    [
      'dated long ago, fetched below the floor',
      { started_at: now - 400 * dayMs, archived_at: now - 9 * dayMs },
      'floor',
    ],
  ])('%s', (_name, over, expected) => {
    const context = { rules: { ...rules, retentionFloorDays: 10 }, now, inUse: false, hasFailed: false };
    expect(protectionOf(row(over), context)).toBe(expected);
  });

  test('locked ones are not where the user says so; what is in use or failed is', () => {
    const context = { rules: { ...rules, protectLocked: false }, now, inUse: false, hasFailed: false };
    expect(protectionOf(row({ locked: 1 }), context)).toBeNull();
    expect(protectionOf(row(), { ...context, inUse: true })).toBe('in_use');
    expect(protectionOf(row(), { ...context, hasFailed: true })).toBe('failed');
  });

  test.each<[string, Partial<ClipRow>, 'its start' | 'its arrival']>([
    ['fetched soon', {}, 'its start'],
    ['fetched half a year later', { archived_at: now - 40 * dayMs + 180 * dayMs }, 'its start'],
    ['fetched later than that', { archived_at: now - 40 * dayMs + 180 * dayMs + 1 }, 'its arrival'],
    ['imported long after', { archived_at: now + 300 * dayMs, origin: 'import' }, 'its start'],
    ['found long after', { archived_at: now + 300 * dayMs, origin: 'found' }, 'its start'],
  ])('one that was %s counts from %s', (_name, over, from) => {
    const clip = row(over);
    expect(datedAt(clip)).toBe(from === 'its start' ? clip.started_at : clip.archived_at);
  });
});

describe('whether a clip may still go', () => {
  const age: DeletionWhy = { by: 'age', days: 30, rule: null };
  const disk: DeletionWhy = { by: 'disk', pct: 80 };
  const room: DeletionWhy = { by: 'room', rule: 'quota', forClip: 'x' };
  const hand: DeletionWhy = { by: 'hand', user: null };
  const keepParking = { retentionRules: [rule(0, { kind: 'parking' as const })] };
  test.each<[string, Partial<ClipRow>, DeletionWhy, Partial<RetentionSettings>, boolean]>([
    ['it is due', {}, age, {}, true],
    ['somebody kept it meanwhile', { kept: 1 }, age, {}, false],
    ['somebody kept it meanwhile, for room too', { kept: 1 }, room, {}, false],
    ['it is locked', { locked: 1 }, disk, {}, false],
    ['it is gone', { state: 'deleted' }, age, {}, false],
    ['it is not past its days', { started_at: now - 30 * dayMs }, age, {}, false],
    ['the rules give it longer now', {}, age, { retentionDays: 50 }, false],
    ['the rules have no limit now', {}, age, { retentionDays: 0 }, false],
    ['its capture had longer than it has itself', {}, { ...age, days: 45 }, {}, false],
    ['room is made of what no limit by age holds', {}, disk, { retentionDays: 0 }, true],
    ['not of what stays for ever', { kind: 'parking' }, disk, keepParking, false],
    ['a floor was set', {}, room, { retentionFloorDays: 50 }, false],
    ['a person ordered it, kept or not', { kept: 1, archived_at: now }, hand, {}, true],
    ['a person ordered it, and it is gone', { state: 'expired' }, hand, {}, false],
  ])('%s', (_name, ...[over, why, change, expected]) => {
    expect(mayGoNow(row(over), why, { rules: { ...rules, ...change }, now, inUse: false })).toBe(expected);
  });

  test('nothing that somebody uses', () => {
    expect(mayGoNow(row(), age, { rules, now, inUse: true })).toBe(false);
  });
});

test.each<[string, Partial<RetentionSettings>, number | null]>([
  ['the general rule', {}, 30],
  ['none', { retentionDays: 0 }, null],
  ['one of its own', { retentionRules: [rule(7, { kind: 'parking' })] }, 7],
  ['one of its own, for ever', { retentionRules: [rule(0, { kind: 'parking' })] }, null],
  ['a floor that is longer', { retentionFloorDays: 60 }, 60],
])('what is not worth fetching, under %s', (_name, change, days) => {
  const from = retainFromOf({ ...rules, ...change }, { cameraId: 1, kind: 'parking', channel: 'rear' }, now);
  expect(from).toBe(days === null ? null : now - days * dayMs);
});

test.each<[string, Partial<RetentionSettings>, boolean]>([
  ['no limit at all', {}, true],
  ['only rules that keep', { retentionRules: [rule(0, { kind: 'event' })] }, true],
  ['an age', { retentionDays: 1 }, false],
  ['an age of some', { retentionRules: [rule(7, { kind: 'parking' })] }, false],
  ['a disk', { retentionDiskPct: 90 }, false],
  ['a quota', { quotaGib: 0.5 }, false],
])('with %s, deleting is off or not', (_name, change, off) => {
  expect(isOff({ ...rules, retentionDays: 0, ...change })).toBe(off);
});
