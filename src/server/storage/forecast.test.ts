import { expect, test } from 'vitest';
import { settingsSchema, type Settings } from '../../shared/settings.ts';
import type { DiskForecast } from '../../shared/storage.ts';
import { forecastDisk, type ForecastInput, type Scope } from './forecast.ts';
import type { DayBytes } from './usage-repository.ts';

const gb = 1e9;
const dayMs = 24 * 60 * 60_000;
const now = Date.UTC(2026, 5, 28, 12);
const driving: Scope = { cameraId: 1, kind: 'normal', channel: 'front' };
const parking: Scope = { cameraId: 1, kind: 'parking', channel: 'front' };
const event: Scope = { cameraId: 1, kind: 'event', channel: 'front' };
const dayBefore = (days: number) => new Date(now - days * dayMs).toISOString().slice(0, 10);

/** The same bytes on each of the last days, today included, or on every `step`th. */
function daysOf(scope: Scope, bytes: number, days: number, step = 1): DayBytes[] {
  return Array.from({ length: Math.ceil(days / step) }, (_, index) => ({
    ...scope,
    day: dayBefore(index * step),
    bytes,
  }));
}

const cell = (scope: Scope, bytes: number, change: { keptBytes?: number; lockedBytes?: number } = {}) => ({
  ...scope,
  bytes,
  keptBytes: 0,
  lockedBytes: 0,
  ...change,
});

function forecast(change: Partial<ForecastInput>, settings: Partial<Settings> = {}): DiskForecast {
  const all = { ...settingsSchema.parse({}), keepFreeGb: 0, diskCriticalPct: 0, ...settings };
  return forecastDisk({
    now,
    today: dayBefore(0),
    daily: daysOf(driving, 10 * gb, 28),
    cells: [cell(driving, 280 * gb)],
    trashBytes: 0,
    quotaUsedBytes: 280 * gb,
    disk: { totalBytes: 1000 * gb, freeBytes: 500 * gb },
    settings: all,
    termOf: ({ kind }) => {
      const rule = all.retentionRules.find((other) => other.kind === kind);
      return rule
        ? { days: rule.days, isForEver: rule.days === 0 }
        : { days: all.retentionDays, isForEver: false };
    },
    ...change,
  });
}

const rule = (kind: 'parking' | 'event', days: number) => ({ cameraId: null, kind, channel: null, days });
const inDays = ({ at }: DiskForecast) => (at === null ? null : (at - now) / dayMs);

test('nothing is foretold of an archive that is empty, or that knows two days', () => {
  const nothing = { outlook: 'unknown', bytesPerDay: null, at: null, daysHeld: null, tooShort: false };
  expect(forecast({ daily: [], cells: [] })).toEqual({ ...nothing, daysAsked: null });
  expect(forecast({ daily: daysOf(driving, gb, 2) }, { retentionDays: 30 })).toEqual({
    ...nothing,
    daysAsked: 30,
  });
});

test('nothing is foretold of a disk of which nothing is known, but a quota will do', () => {
  expect(forecast({ disk: null }).outlook).toBe('unknown');
  const held = forecast({ disk: null }, { quotaGib: (380 * gb) / 2 ** 30 });
  expect(held.outlook).toBe('rolling');
  expect(inDays(held)).toBeCloseTo(10);
});

test('without a rule the disk is full when its free bytes are used up, and holds what then lies there', () => {
  const seen = forecast({});
  expect(seen).toMatchObject({ outlook: 'full', bytesPerDay: 10 * gb, daysAsked: null, tooShort: false });
  expect(inDays(seen)).toBeCloseTo(50);
  expect(seen.daysHeld).toBeCloseTo(78);
});

test.each([
  ['what is to stay free', { keepFreeGb: 100 }, 40],
  ['the share at which downloads stop', { diskCriticalPct: 90 }, 40],
  ['whichever comes first', { keepFreeGb: 200, diskCriticalPct: 90 }, 30],
] as const)('downloads stop before: %s', (_name, settings, days) => {
  const seen = forecast({}, settings);
  expect(seen.outlook).toBe('full');
  expect(inDays(seen)).toBeCloseTo(days);
});

test('a car that drives every other day fills the disk half as fast', () => {
  const seen = forecast({ daily: daysOf(driving, 10 * gb, 55, 2) });
  expect(seen.bytesPerDay).toBe(Math.round((280 * gb) / 55));
  expect(inDays(seen)).toBeCloseTo(500 / (280 / 55));
});

test('the fuller the disk may be, the later the oldest go by its rule', () => {
  const seen = forecast({}, { retentionDiskPct: 80, diskCriticalPct: 95 });
  expect(seen).toMatchObject({ outlook: 'rolling', daysAsked: null, tooShort: false });
  expect(inDays(seen)).toBeCloseTo(30);
  expect(seen.daysHeld).toBeCloseTo(58);
});

test('the trash gives its room first', () => {
  const seen = forecast({ trashBytes: 50 * gb }, { retentionDiskPct: 80 });
  expect(inDays(seen)).toBeCloseTo(35);
});

test('a rule of the disk that comes after downloads stop never deletes', () => {
  expect(forecast({}, { retentionDiskPct: 97, keepFreeGb: 50 }).outlook).toBe('full');
  // Of the two percentages, the rule's has its chance.
  expect(forecast({}, { retentionDiskPct: 97, diskCriticalPct: 95 }).outlook).toBe('rolling');
});

test('rules by age that hold keep the disk as it is', () => {
  const seen = forecast({}, { retentionDays: 30 });
  expect(seen).toMatchObject({ outlook: 'plateau', at: null, daysAsked: 30, tooShort: false });
});

test('rules that do not fit are told: the disk holds about 18 days, the rules ask for 30', () => {
  const seen = forecast(
    {
      daily: daysOf(driving, 10 * gb, 15),
      cells: [cell(driving, 150 * gb)],
      disk: { totalBytes: 1000 * gb, freeBytes: 30 * gb },
    },
    { retentionDays: 30 },
  );
  expect(seen).toMatchObject({ outlook: 'full', daysAsked: 30, tooShort: true });
  expect(seen.daysHeld).toBeCloseTo(18);
  expect(inDays(seen)).toBeCloseTo(3);
});

test('with a rule of the disk too, the oldest go before their days are over', () => {
  const seen = forecast({}, { retentionDays: 90, retentionDiskPct: 80 });
  expect(seen).toMatchObject({ outlook: 'rolling', daysAsked: 90, tooShort: true });
  expect(seen.daysHeld).toBeCloseTo(58);
});

test('a disk that is full already says so without a date, and what the rules do with it', () => {
  const disk = { totalBytes: 1000 * gb, freeBytes: 0 };
  expect(forecast({ disk })).toMatchObject({ outlook: 'full', at: null });
  const nearly = { totalBytes: 1000 * gb, freeBytes: 100 * gb };
  expect(forecast({ disk: nearly }, { retentionDiskPct: 80 })).toMatchObject({
    outlook: 'rolling',
    at: null,
  });
});

test('an archive that shrinks under its rule makes room: what is past its days goes next', () => {
  const disk = { totalBytes: 1000 * gb, freeBytes: 30 * gb };
  expect(forecast({ disk }, { retentionDays: 30 }).outlook).toBe('plateau');
  expect(forecast({ disk }, { retentionDays: 90 }).outlook).toBe('full');
  const shrinking = forecast({ disk, cells: [cell(driving, 600 * gb)] }, { retentionDays: 30 });
  expect(shrinking).toMatchObject({ outlook: 'plateau', tooShort: false });
});

test('what its own short rule has deleted did come in: parking is reckoned by the days that it stays', () => {
  const seen = forecast(
    {
      daily: [...daysOf(driving, 10 * gb, 28), ...daysOf(parking, 20 * gb, 7)],
      cells: [cell(driving, 280 * gb), cell(parking, 140 * gb)],
    },
    { retentionDays: 60, retentionRules: [rule('parking', 7)] },
  );
  expect(seen).toMatchObject({ bytesPerDay: 30 * gb, daysAsked: 60, outlook: 'plateau' });
  // 920 GB less a week of parking.
  expect(seen.daysHeld).toBeCloseTo(78);
});

test('kept and locked clips take room that no rule gives back', () => {
  const cells = [cell(driving, 280 * gb, { keptBytes: 100 * gb, lockedBytes: 30 * gb })];
  expect(forecast({ cells }, { retentionDiskPct: 80 }).daysHeld).toBeCloseTo(45);
  const freed = forecast({ cells }, { retentionDiskPct: 80, protectLocked: false });
  expect(freed.daysHeld).toBeCloseTo(48);
});

test('events for ever fill the disk in the end, though all else has its days', () => {
  const seen = forecast(
    {
      daily: [...daysOf(driving, 10 * gb, 28), ...daysOf(event, gb, 28)],
      cells: [cell(driving, 280 * gb), cell(event, 28 * gb)],
    },
    { retentionDays: 28, retentionRules: [rule('event', 0)] },
  );
  expect(seen).toMatchObject({ outlook: 'full', daysAsked: 28 });
  expect(inDays(seen)).toBeCloseTo(500);
});

test('where everything is for ever, no rule of the disk helps, and it holds no number of days', () => {
  const seen = forecast(
    { daily: daysOf(event, gb, 28), cells: [cell(event, 28 * gb)] },
    { retentionRules: [rule('event', 0)], retentionDiskPct: 80 },
  );
  expect(seen).toMatchObject({ outlook: 'full', daysHeld: null, daysAsked: 0, tooShort: false });
});

test.each([
  ['days', { retentionFloorDays: 60 }],
  ['gigabytes', { retentionFloorGb: 600 }],
])('a floor of %s above what fits makes the rule of the disk stop downloads instead', (_name, floor) => {
  expect(forecast({}, { retentionDiskPct: 80, ...floor }).outlook).toBe('full');
});

test('an amount a day that hardly fills the disk still gives a date that a calendar can show', () => {
  const seen = forecast({ daily: daysOf(driving, 1, 28) });
  expect(Number.isSafeInteger(seen.at)).toBe(true);
  expect(new Date(seen.at ?? 0).getUTCFullYear()).toBeLessThan(2200);
});
