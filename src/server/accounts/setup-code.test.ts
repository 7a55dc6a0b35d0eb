import { expect, test } from 'vitest';
import { isSetupCode, makeSetupCode, mistakeInSetupCode } from './setup-code.ts';

test('a code is two groups of four characters that cannot be mistaken for others', () => {
  const codes = new Set(Array.from({ length: 500 }, makeSetupCode));
  expect(codes.size).toBe(500);
  for (const code of codes) {
    expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    expect(code).not.toMatch(/[01OIL5S8BU]/);
    expect(mistakeInSetupCode(code)).toBeNull();
  }
});

test.each([
  ['K7QF-2MPX', 'K7QF-2MPX', true],
  ['K7QF-2MPX', 'k7qf2mpx', true],
  ['K7QF-2MPX', ' k7QF – 2mpx\n', true],
  ['my own code', 'MyOwn-Code', true],
  ['K7QF-2MPX', 'K7QF-2MPY', false],
  ['K7QF-2MPX', 'K7QF-2MP', false],
  ['K7QF-2MPX', 'K7QF-2MPXX', false],
  ['K7QF-2MPX', '', false],
  ['K7QF-2MPX', '-', false],
  ['', '', false],
  [' - ', '--', false],
])('of the code %j, %j is it: %s', (code, typed, isIt) => {
  expect(isSetupCode(code, typed)).toBe(isIt);
});

test.each([
  ['123456', true],
  ['12-34 56', true],
  ['12345', false],
  ['- - - - - -', false],
  ['', false],
])('the user’s own code %j is long enough: %s', (code, isGood) => {
  expect(mistakeInSetupCode(code) === null).toBe(isGood);
});
