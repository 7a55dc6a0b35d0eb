import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countOf, durationMsOf, instantOf, isMarked, numberOf, textOf } from './value-policy.ts';

const at = Date.UTC(2026, 5, 28, 13, 34, 16);

test.each([
  [at / 1000, at],
  [at, at],
  [at / 1000 + 0.25, at + 250],
  [String(at / 1000), at],
  ['2026-06-28T13:34:16Z', at],
  ['2026-06-28 13:34:16', at],
  ['2026-06-28T15:34:16+02:00', at],
  ['2026-06-28T13:34:16.123456+00:00', at + 123],
  ['2026-06-28T13:34:16+0000', at],
  [0, null],
  [-5, null],
  [946_684_799, null],
  [4_102_444_800, null],
  [1e300, null],
  ['', null],
  ['yesterday', null],
  ['2026-13-45T99:99:99Z', null],
  [null, null],
  [Buffer.from('x'), null],
])('the instant %s is %s', (value, expected) => {
  expect(instantOf(value)).toBe(expected);
});

test.each([
  [5, 5],
  [5.4, 5],
  [' 7 ', 7],
  ['7.0', 7],
  [-1, null],
  [2 ** 60, null],
  [Infinity, null],
  ['7 MB', null],
  [null, null],
])('the count %s is %s', (value, expected) => {
  expect(countOf(value)).toBe(expected);
});

test.each([
  [60.04, 60_040],
  ['60', 60_000],
  [0, null],
  [-3, null],
  [1e9, null],
  [null, null],
])('the length of %s seconds is %s ms', (value, expected) => {
  expect(durationMsOf(value)).toBe(expected);
});

test.each([
  [1, true],
  [0.5, true],
  ['1', true],
  ['true', true],
  [Buffer.from([1]), true],
  [0, false],
  ['0', false],
  ['0.0', false],
  ['false', false],
  ['', false],
  [null, false],
  [undefined, false],
])('a mark of %s is %s, for in doubt it was set', (value, expected) => {
  expect(isMarked(value)).toBe(expected);
});

test('an over-long text is cut, one of blanks is none', () => {
  expect(textOf('x'.repeat(5000))).toHaveLength(2000);
  expect(textOf('  ')).toBeNull();
  expect(textOf(5)).toBeNull();
});

test('no value whatever makes any of them throw or return what an integer column refuses', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      for (const number of [countOf(value), instantOf(value), durationMsOf(value)])
        expect(number === null || Number.isSafeInteger(number)).toBe(true);
      expect(['number', 'object']).toContain(typeof numberOf(value));
      expect(['string', 'object']).toContain(typeof textOf(value));
      expect(typeof isMarked(value)).toBe('boolean');
    }),
  );
});
