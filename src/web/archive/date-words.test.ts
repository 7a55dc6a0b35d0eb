import { expect, test } from 'vitest';
import { parseDateWords } from './date-words.ts';

const british = { today: '2026-11-23', locale: 'en-GB' };

test.each([
  ['today', '2026-11-23'],
  ['Yesterday', '2026-11-22'],
  ['2026-09-03', '2026-09-03'],
  ['3 sep', '2026-09-03'],
  ['3rd September, 2024', '2024-09-03'],
  ['Sep 3', '2026-09-03'],
  ['thu 3 sep', '2026-09-03'],
  ['3/9', '2026-09-03'],
  ['3.9.25', '2025-09-03'],
  ['24 dec', '2025-12-24'],
  ['monday', '2026-11-23'],
  ['sun', '2026-11-22'],
])('%s means %s', (text, day) => {
  expect(parseDateWords(text, british)).toBe(day);
});

test('numbers are read in the order of the reader', () => {
  expect(parseDateWords('9/3', { ...british, locale: 'en-US' })).toBe('2026-09-03');
});

test('months have their names in the language of the reader too', () => {
  expect(parseDateWords('3 März', { ...british, locale: 'de-DE' })).toBe('2026-03-03');
});

test.each(['', 'hello', '31 feb', '2026-13-01', '99/99', 'sep'])('%j is no date', (text) => {
  expect(parseDateWords(text, british)).toBeNull();
});
