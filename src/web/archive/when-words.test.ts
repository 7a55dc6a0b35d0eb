import { describe, expect, test } from 'vitest';
import { parseWhen, type When } from './when-words.ts';

/** Monday 23 November 2026. */
const british = { today: '2026-11-23', locale: 'en-GB' };
const american = { ...british, locale: 'en-US' };
const german = { ...british, locale: 'de-DE' };

const told = (when: When | undefined): string | null => {
  switch (when?.kind) {
    case 'moment':
      return `${when.day} ${when.time}`;
    case 'day':
      return when.day;
    case 'month':
      return when.month;
    case 'year':
      return String(when.year);
    default:
      return null;
  }
};
const first = (text: string, reader: Parameters<typeof parseWhen>[1] = british) =>
  told(parseWhen(text, reader)[0]);
const all = (text: string, reader: Parameters<typeof parseWhen>[1] = british) =>
  parseWhen(text, reader).map(told);

describe('a day', () => {
  test.each([
    ['today', '2026-11-23'],
    ['Yesterday', '2026-11-22'],
    ['the day before yesterday', '2026-11-21'],
    ['heute', '2026-11-23'],
    ['gestern', '2026-11-22'],
    ['vorgestern', '2026-11-21'],
    ['2026-09-03', '2026-09-03'],
    ['2026-9-3', '2026-09-03'],
    ['2026/09/03', '2026-09-03'],
    ['20260903', '2026-09-03'],
    ['3 sep', '2026-09-03'],
    ['3 Sept', '2026-09-03'],
    ['3rd September, 2024', '2024-09-03'],
    ['the 3rd of september', '2026-09-03'],
    ['Sep 3', '2026-09-03'],
    ['Sep 3 2025', '2025-09-03'],
    ['thu 3 sep', '2026-09-03'],
    ['3/9', '2026-09-03'],
    ['3-9', '2026-09-03'],
    ['3.9.25', '2025-09-03'],
    ['3.9.', '2026-09-03'],
    ['03.09.2025', '2025-09-03'],
    ['24 dec', '2025-12-24'],
    ['29 feb', '2024-02-29'],
    ['14. August', '2026-08-14'],
    ['den 14. August 2025', '2025-08-14'],
    ['14. Aug.', '2026-08-14'],
    ['3 März', '2026-03-03'],
    ['3. Maerz', '2026-03-03'],
    ['3 mrz', '2026-03-03'],
    ['14th', '2026-11-14'],
    ['24.', '2026-10-24'],
    ['31st', '2026-10-31'],
    ['monday', '2026-11-23'],
    ['last monday', '2026-11-16'],
    ['sun', '2026-11-22'],
    ['last Friday', '2026-11-20'],
    ['on friday', '2026-11-20'],
    ['letzten Freitag', '2026-11-20'],
    ['am Freitag', '2026-11-20'],
    ['letzten Montag', '2026-11-16'],
    ['Do', '2026-11-19'],
    ['3 days ago', '2026-11-20'],
    ['a week ago', '2026-11-16'],
    ['vor 3 Tagen', '2026-11-20'],
    ['vor zwei Wochen', '2026-11-09'],
    ['a month ago', '2026-10-23'],
    ['vor einem Jahr', '2025-11-23'],
  ])('%s is %s', (text, day) => expect(first(text)).toBe(day));
});

describe('a moment', () => {
  test.each([
    ['14 Aug 17:32', '2026-08-14 17:32:00'],
    ['14 Aug 2025 17:32:10', '2025-08-14 17:32:10'],
    ['14.8. 17:32', '2026-08-14 17:32:00'],
    ['14.8 17.32', '2026-08-14 17:32:00'],
    ['14.8.2026, 17:32 Uhr', '2026-08-14 17:32:00'],
    ['17:32 14 Aug', '2026-08-14 17:32:00'],
    ['yesterday 8am', '2026-11-22 08:00:00'],
    ['yesterday at 8', '2026-11-22 08:00:00'],
    ['yesterday at 8 a.m.', '2026-11-22 08:00:00'],
    ['yesterday 8:15 pm', '2026-11-22 20:15:00'],
    ['yesterday 12am', '2026-11-22 00:00:00'],
    ['yesterday 12 pm', '2026-11-22 12:00:00'],
    ['yesterday noon', '2026-11-22 12:00:00'],
    ['yesterday evening', '2026-11-22 19:00:00'],
    ['last friday 17:05', '2026-11-20 17:05:00'],
    ['Friday 5pm', '2026-11-20 17:00:00'],
    ['gestern 8 Uhr', '2026-11-22 08:00:00'],
    ['gestern um 8', '2026-11-22 08:00:00'],
    ['gestern 8 Uhr 30', '2026-11-22 08:30:00'],
    ['gestern 8.30 Uhr', '2026-11-22 08:30:00'],
    ['gestern morgen', '2026-11-22 08:00:00'],
    ['gestern früh', '2026-11-22 08:00:00'],
    ['vorgestern abend', '2026-11-21 19:00:00'],
    ['letzten Freitag 17:32', '2026-11-20 17:32:00'],
    ['14. August um 17:32 Uhr', '2026-08-14 17:32:00'],
    ['14 aug 17h32', '2026-08-14 17:32:00'],
    ['14 aug 17h', '2026-08-14 17:00:00'],
    ['14 aug 17', '2026-08-14 17:00:00'],
    ['2026-08-14 17:32', '2026-08-14 17:32:00'],
    ['2026-08-14T17:32', '2026-08-14 17:32:00'],
    ['2026-08-14T17:32:10Z', '2026-08-14 17:32:10'],
    ['2026_0814_173210F.MP4', '2026-08-14 17:32:10'],
    ['20260814173210_000123.MP4', '2026-08-14 17:32:10'],
    ['3 days ago 7:30', '2026-11-20 07:30:00'],
  ])('%s is %s', (text, moment) => expect(first(text)).toBe(moment));

  test('without a day is one of the day in view, or of today', () => {
    expect(all('17:32', { ...british, day: '2026-08-14' })).toEqual([
      '2026-08-14 17:32:00',
      '2026-11-23 17:32:00',
    ]);
    expect(all('5pm')).toEqual(['2026-11-23 17:00:00']);
    expect(all('8.45', german)).toEqual(['2026-11-23 08:45:00']);
    expect(all('8 Uhr', german)).toEqual(['2026-11-23 08:00:00']);
  });
});

describe('a month or a year', () => {
  test.each([
    ['august', '2026-08'],
    ['Aug 2024', '2024-08'],
    ['2024-08', '2024-08'],
    ['8/2024', '2024-08'],
    ['08.2024', '2024-08'],
    ['December', '2025-12'],
    ['im März', '2026-03'],
    ['november', '2026-11'],
    ['last november', '2025-11'],
    ['2024', '2024'],
  ])('%s is %s', (text, month) => expect(first(text)).toBe(month));
});

describe('numbers in either order', () => {
  test.each([
    ['9/3', british, ['2026-03-09', '2026-09-03']],
    ['9/3', american, ['2026-09-03', '2026-03-09']],
    ['9.3.', german, ['2026-03-09', '2026-09-03']],
    ['14/8', american, ['2026-08-14']],
    ['8/14', british, ['2026-08-14']],
    ['3/3', british, ['2026-03-03']],
    ['9/3 17:00', american, ['2026-09-03 17:00:00', '2026-03-09 17:00:00']],
  ])('%s', (text, reader, expected) => expect(all(text, reader)).toEqual(expected));
});

test('months and days have their names in the language of the reader too', () => {
  expect(first('3 août', { ...british, locale: 'fr-FR' })).toBe('2026-08-03');
  expect(first('vendredi', { ...british, locale: 'fr-FR' })).toBe('2026-11-20');
});

test.each([
  '',
  ' ',
  'hello',
  'Leeds',
  'Maidstone',
  'Friday Bridge',
  '31 feb',
  '31 feb 2024 8:00',
  '2026-13-01',
  '99/99',
  '25:00',
  '13pm',
  'at',
  'the',
  'friday august',
  '<script>',
  '17:32 hello',
  'a b c d e f g h i j k l m',
])('%j is no time', (text) => expect(parseWhen(text, british)).toEqual([]));
