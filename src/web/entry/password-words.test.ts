import { expect, test } from 'vitest';
import { newPasswordProblem } from './password-words.ts';

test.each([
  ['', 'A password needs at least 10 characters.'],
  ['short', 'A password needs at least 10 characters.'],
  ['ten letters', null],
  ['x'.repeat(1024), null],
  ['x'.repeat(1025), 'A password has at most 1024 characters.'],
])('a new password is judged before it is sent: %#', (password, problem) => {
  expect(newPasswordProblem(password)).toBe(problem);
});
