import { describe, expect, test } from 'vitest';
import {
  addDays,
  formatAbout,
  formatBytes,
  formatDate,
  formatDay,
  formatExpected,
  formatInstant,
  formatLength,
  formatLocalTime,
  formatPart,
  formatSpeed,
  fullStop,
  joinWords,
  lowerFirst,
} from './format.ts';

/** Numbers and units are kept together by a no-break space; the tables below are easier to read without. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const at = (day: number, hours: number) => new Date(2026, 8, day, hours, 40).getTime();
const minute = 60_000;
const hour = 60 * minute;

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [999_600, '1 MB'],
    [4_230_000, '4.2 MB'],
    [62_400_000, '62 MB'],
    [1_420_000_000, '1.4 GB'],
    [380_000_000_000, '380 GB'],
    [4_000_000_000_000, '4 TB'],
  ])('%d bytes read %s', (bytes, text) => {
    expect(plain(formatBytes(bytes, 'en-GB'))).toBe(text);
  });
  test('a part is given in the unit of its whole', () => {
    expect(plain(formatPart(62_000_000, 180_000_000, 'en-GB'))).toBe('62 of 180 MB');
    expect(plain(formatPart(620_000_000, 4_000_000_000_000, 'en-GB'))).toBe('0 of 4 TB');
    expect(plain(formatPart(62_000_000, null, 'en-GB'))).toBe('62 MB');
  });
  test('a speed is a size a second', () => {
    expect(plain(formatSpeed(24_300_000, 'en-GB'))).toBe('24 MB/s');
  });
});

describe('lengths of time', () => {
  test.each([
    [20_000, 'less than a minute'],
    [9.2 * minute, 'about 9 min'],
    [60 * minute, 'about 1 h'],
    [79 * minute, 'about 1 h 20 min'],
    [119 * minute, 'about 2 h'],
    [26 * hour, 'about 26 h'],
    [50 * hour, 'about 2 days'],
  ])('%d ms to wait reads %s', (ms, text) => {
    expect(plain(formatAbout(ms))).toBe(text);
  });
  test.each([
    [0, '0 s'],
    [47_000, '47 s'],
    [60_000, '1 min'],
    [150_000, '2 min 30 s'],
    [63 * minute, '1 h 3 min'],
  ])('%d ms of recording reads %s', (ms, text) => {
    expect(plain(formatLength(ms))).toBe(text);
  });
});

describe('camera-local times', () => {
  test('a wall clock is shown as it is, whatever zone the reader is in', () => {
    expect(formatLocalTime('2026-03-29T02:30:05', { locale: 'en-GB' })).toBe('02:30');
    expect(formatLocalTime('2026-03-29T02:30:05', { locale: 'en-GB', seconds: true })).toBe('02:30:05');
  });
  test('a day carries its year only when that is not the present one', () => {
    expect(formatDay('2026-09-03', { today: '2026-11-01', locale: 'en-GB' })).toBe('Thursday 3 September');
    expect(formatDay('2025-09-03', { today: '2026-11-01', locale: 'en-GB' })).toMatch(/3 September 2025$/);
  });
  test('adding days follows the calendar', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
  });
});

test('an instant says no more than is needed to place it', () => {
  const now = at(10, 20);
  expect(formatInstant(at(10, 18), now, 'en-GB')).toBe('18:40');
  expect(formatInstant(at(9, 23), now, 'en-GB')).toBe('yesterday 23:40');
  expect(formatInstant(at(7, 8), now, 'en-GB')).toBe('Mon 08:40');
  expect(formatInstant(at(1, 8), now, 'en-GB')).toBe('1 Sept 08:40');
});

test('a day to come is as exact as a guess is worth', () => {
  const now = at(10, 20);
  const inDays = (days: number) => formatExpected(now + days * 86_400_000, now, 'en-GB');
  expect([-1, 0, 1].map(inDays)).toEqual(['today', 'today', 'tomorrow']);
  expect(inDays(3)).toBe('Sunday');
  expect(inDays(12)).toBe('22 September');
  expect(inDays(200)).toBe('29 March 2027');
});

test('a date stands without its weekday, and without the year of today', () => {
  expect(formatDate('2026-09-03', { today: '2026-09-10', locale: 'en-GB' })).toBe('3 September');
  expect(formatDate('2025-09-03', { today: '2026-09-10', locale: 'en-GB' })).toBe('3 September 2025');
});

test('a sentence begins large and ends with its stop', () => {
  expect(fullStop('the disk is full')).toBe('The disk is full.');
  expect(fullStop('Is it?')).toBe('Is it?');
  expect(lowerFirst('Waiting')).toBe('waiting');
});

test('lists read as in a sentence', () => {
  expect(joinWords(['front', 'rear', 'interior'])).toBe('front, rear and interior');
});
