import { describe, expect, test } from 'vitest';
import { settingsSchema, type RetentionRule } from '../../shared/settings.ts';
import {
  boundsOf,
  changed,
  decisive,
  draftErrors,
  hasErrors,
  isEmpty,
  isStricter,
  newRule,
  unsaved,
  withDraft,
  type Draft,
} from './draft-plan.ts';

const settings = settingsSchema.parse({});
const rule = (over: Partial<RetentionRule>): RetentionRule => ({
  cameraId: null,
  kind: null,
  channel: null,
  days: 7,
  ...over,
});

describe('a draft', () => {
  test('holds only what is to be different', () => {
    const draft = changed({}, settings, 'retentionDays', 30);
    expect(draft).toEqual({ retentionDays: 30 });
    expect(isEmpty(changed(draft, settings, 'retentionDays', 0))).toBe(true);
    expect(isEmpty(changed({}, settings, 'retentionRules', []))).toBe(true);
    expect(withDraft(settings, draft)).toMatchObject({ retentionDays: 30, retentionMaxSharePct: 20 });
  });
  test('loses what has come into force meanwhile', () => {
    const draft: Draft = { retentionDays: 30, quotaGib: 100 };
    expect(unsaved(draft, { ...settings, retentionDays: 30 })).toEqual({ quotaGib: 100 });
  });
  test('asks the preview only about what decides what goes', () => {
    expect(decisive({ retentionDays: 30, trashHours: 0, diskCriticalPct: 90 })).toEqual({
      retentionDays: 30,
    });
  });
});

describe('what is wrong with a draft', () => {
  test('is told by field, with the bounds', () => {
    const { fields } = draftErrors({ retentionDiskPct: 120, retentionDays: 1.5 });
    expect(fields.retentionDiskPct).toBe('Type a whole number from 0 to 99.');
    expect(fields.retentionDays).toBe('Type a whole number from 0 to 3,650.');
    expect(boundsOf('quotaGib')).toEqual({ min: 0, max: 1_048_576, isWhole: false });
  });
  test('is told at the rule it is about', () => {
    const errors = draftErrors({
      retentionRules: [rule({ kind: 'parking' }), rule({}), rule({ kind: 'event', days: -1 })],
    });
    expect([...errors.rules.keys()]).toEqual([1, 2]);
    expect(errors.rules.get(1)).toContain('Name a camera');
    expect(errors.fields).toEqual({});
  });
  test('is told at the later of two rules for the same clips', () => {
    const errors = draftErrors({
      retentionRules: [rule({ kind: 'event' }), rule({ kind: 'event', days: 9 })],
    });
    expect([...errors.rules.keys()]).toEqual([1]);
    expect(hasErrors(errors)).toBe(true);
    expect(hasErrors(draftErrors({ retentionRules: [rule({ kind: 'event' })] }))).toBe(false);
  });
});

test('a new rule is for a kind that has none yet', () => {
  expect(newRule([]).kind).toBe('parking');
  expect(newRule([rule({ kind: 'parking' })]).kind).toBe('event');
  expect(newRule([rule({ kind: 'parking', channel: 'rear' })]).kind).toBe('parking');
});

const stricter = (before: Draft, after: Draft) =>
  isStricter(withDraft(settings, before), withDraft(settings, after));

describe('rules are stricter', () => {
  test('when recordings are kept for a shorter time, or no longer without end', () => {
    expect(stricter({}, { retentionDays: 30 })).toBe(true);
    expect(stricter({ retentionDays: 30 }, { retentionDays: 29 })).toBe(true);
    expect(stricter({ retentionDays: 30 }, { retentionDays: 31 })).toBe(false);
    expect(stricter({ retentionDays: 30 }, {})).toBe(false);
  });
  test('when a rule of its own shortens, or one that lengthened is taken away', () => {
    const long = { retentionDays: 30, retentionRules: [rule({ kind: 'event', days: 90 })] };
    expect(stricter({ retentionDays: 30 }, long)).toBe(false);
    expect(stricter(long, { retentionDays: 30 })).toBe(true);
    expect(stricter({}, { retentionRules: [rule({ kind: 'parking' })] })).toBe(true);
    expect(
      stricter({ retentionDays: 7 }, { retentionDays: 7, retentionRules: [rule({ cameraId: 2 })] }),
    ).toBe(false);
  });
  test('when what was kept for ever becomes subject to the rules of room', () => {
    const forEver = { retentionRules: [rule({ kind: 'event', days: 0 })] };
    expect(stricter(forEver, {})).toBe(true);
    expect(stricter({}, forEver)).toBe(false);
  });
  test('by the rule that names most, whatever its place', () => {
    const general = rule({ kind: 'parking', days: 5 });
    const exact = rule({ kind: 'parking', channel: 'rear', days: 50 });
    expect(stricter({ retentionRules: [general, exact] }, { retentionRules: [exact, general] })).toBe(false);
    expect(stricter({ retentionRules: [general, exact] }, { retentionRules: [general] })).toBe(true);
  });
  test('when a limit is set or lowered, but not when it is lifted', () => {
    expect(stricter({}, { retentionDiskPct: 90 })).toBe(true);
    expect(stricter({ quotaGib: 100 }, { quotaGib: 99 })).toBe(true);
    expect(stricter({ quotaGib: 100 }, { quotaGib: 0 })).toBe(false);
  });
  test('when protection is taken away', () => {
    expect(stricter({}, { protectLocked: false })).toBe(true);
    expect(stricter({ retentionFloorDays: 7 }, { retentionFloorDays: 3 })).toBe(true);
    expect(stricter({ retentionFloorGb: 50 }, {})).toBe(true);
    expect(stricter({}, { retentionMaxSharePct: 50 })).toBe(true);
    expect(stricter({}, { trashHours: 0 })).toBe(true);
    expect(stricter({}, { diskCriticalPct: 90, retentionWhole: 'drives' })).toBe(false);
  });
});
