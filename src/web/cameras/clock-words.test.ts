import { describe, expect, test } from 'vitest';
import { cameraClockSchema, type CameraClock } from '../../shared/clock.ts';
import {
  confidenceWords,
  formatSpan,
  fromField,
  gpsClockSentence,
  observedWords,
  parseSpan,
  previewWords,
  shiftedWords,
  shiftWords,
  zoneChoices,
} from './clock-words.ts';

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');

function clock(over: Partial<CameraClock> = {}): CameraClock {
  return cameraClockSchema.parse({
    cameraId: 1,
    gpsClock: 'utc',
    isGpsClockSet: false,
    gpsClockReason: 'Nine clips agree',
    zone: null,
    installationZone: 'Europe/London',
    observedOffsetMinutes: 60,
    observedErrorMs: 0,
    shifts: [],
    captures: { sure: 0, likely: 0, assumed: 0, doubtful: 0 },
    doubtfulDays: [],
    isPending: false,
    ...over,
  });
}

describe('the clock of GPS records', () => {
  test('is told with why it is taken for that', () => {
    expect(gpsClockSentence(clock())).toBe('UTC. Nine clips agree.');
    expect(gpsClockSentence(clock({ gpsClock: 'local', isGpsClockSet: true }))).toBe(
      'The camera’s own clock, set by you. Nine clips agree.',
    );
  });
});

test.each([
  [60, 0, 'UTC+01:00, exact'],
  [-210, 12_000, 'UTC-03:30, 12 s fast'],
  [0, -3_661_000, 'UTC, 1 h 1 min 1 s slow'],
  [120, null, 'UTC+02:00'],
])('a clock seen at %s min and %s ms is told as %s', (observedOffsetMinutes, observedErrorMs, words) => {
  expect(plain(observedWords(clock({ observedOffsetMinutes, observedErrorMs })))).toBe(words);
});

test('a clock never seen beside GPS is not told', () => {
  expect(observedWords(clock({ observedOffsetMinutes: null }))).toBeNull();
});

test('recordings are counted by how their time is known', () => {
  expect(plain(confidenceWords({ sure: 1150, likely: 50, assumed: 0, doubtful: 4 }))).toBe(
    '1,204 recordings: 1,150 surely, 50 likely and 4 in doubt',
  );
  expect(confidenceWords({ sure: 0, likely: 0, assumed: 0, doubtful: 0 })).toBeNull();
});

test.each([
  ['1 h', 3_600_000],
  ['1:30', 5_400_000],
  ['0:00:45', 45_000],
  ['7 days 3 hours', 615_600_000],
  ['1h30min', 5_400_000],
  ['1.5 h', 5_400_000],
  ['2 h and 5 s', 7_205_000],
  ['2 Stunden und 5 Sek.', 7_205_000],
  ['1 Tag, 30 Minuten', 88_200_000],
  ['', null],
  ['0 h', null],
  ['soon', null],
  ['3 weeks', null],
  ['5', null],
])('the span %j is %s ms', (text, ms) => {
  expect(parseSpan(text)).toBe(ms);
});

test('a span is told to the second and can be typed again', () => {
  expect(plain(formatSpan(93_784_000))).toBe('1 d 2 h 3 min 4 s');
  expect(parseSpan(formatSpan(93_784_000))).toBe(93_784_000);
});

test('a shift is told by what becomes of a time', () => {
  expect(previewWords('2026-06-28T13:34:00', 3_600_000, 'en-GB')).toBe(
    '28 June 2026, 13:34 becomes 28 June 2026, 14:34.',
  );
  expect(previewWords('2026-01-01T00:00:10', -20_000, 'en-GB')).toBe(
    '1 January 2026, 00:00:10 becomes 31 December 2025, 23:59:50.',
  );
});

test('a shift in the list says which recordings, and where to', () => {
  const shift = { id: 1, createdAt: 0, fromLocal: null, toLocal: null, shiftMs: -604_800_000 };
  expect(plain(shiftWords(shift))).toBe('All recordings: 7 d earlier');
  expect(
    plain(
      shiftWords({ ...shift, fromLocal: '2026-06-01T00:00:00', toLocal: '2026-06-28T13:34:00' }, 'en-GB'),
    ),
  ).toBe('From 1 June 2026, 00:00 to 28 June 2026, 13:34: 7 d earlier');
  expect(plain(shiftWords({ ...shift, toLocal: '2026-06-28T13:34:00', shiftMs: 1000 }, 'en-GB'))).toBe(
    'Until 28 June 2026, 13:34: 1 s later',
  );
});

test.each([
  [0, 0, true, 'Saved. No recording is named within this time yet.'],
  [12, 0, true, 'Shifted. Times of 12 recordings are worked out anew.'],
  [
    12,
    12,
    true,
    'Saved, but nothing moves: the recordings in this time have GPS in UTC, which outranks a shift (12 recordings).',
  ],
  [
    52,
    12,
    true,
    'Shifted. Of 52 recordings in this time, 12 have GPS in UTC, which outranks a shift: they stay, the others are worked out anew.',
  ],
  [10_001, 0, false, 'Shifted. Times of more than 10,000 recordings are worked out anew.'],
])('a shift of %s recordings, %s of them with GPS, is told honestly', (captures, byGps, isAll, words) => {
  expect(plain(shiftedWords({ captures, byGps, isAll }))).toBe(words);
});

test('a field without seconds means the whole minute', () => {
  expect(fromField('2026-06-28T13:34')).toBe('2026-06-28T13:34:00');
  expect(fromField('2026-06-28T13:34:16')).toBe('2026-06-28T13:34:16');
  expect(fromField('')).toBeNull();
});

const values = (set: string | null) =>
  zoneChoices('Europe/London', set, ['Europe/Berlin']).flatMap(({ items }) =>
    items.map(({ value }) => value),
  );

test('the zone that is set can be chosen, whatever it is', () => {
  expect(values(null)).toContain('UTC+02:00');
  expect(values('Mars/Base')).toContain('Mars/Base');
  expect(values('Europe/Berlin').filter((value) => value === 'Europe/Berlin')).toHaveLength(1);
});
