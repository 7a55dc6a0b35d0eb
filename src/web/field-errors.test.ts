import { expect, test } from 'vitest';
import { setUpInputSchema } from '../shared/accounts.ts';
import { ApiError } from './api.ts';
import { fieldErrors, schemaErrors } from './field-errors.ts';

test('a refusal is shown at the fields it names', () => {
  const error = new ApiError('invalid', 'Wrong fields', [{ field: 'body.address', message: 'no such host' }]);
  expect(fieldErrors(error, ['name', 'address'])).toEqual({
    fields: { address: 'no such host' },
    rest: null,
  });
});

test('a refusal that names no field of the form is shown whole', () => {
  expect(fieldErrors(new ApiError('conflict', 'It has clips'), ['name']).rest).toBe('It has clips');
  expect(fieldErrors(null, ['name'])).toEqual({ fields: {}, rest: null });
});

test('what is wrong with a form is known before it is sent, one sentence a field', () => {
  const parsed = setUpInputSchema.safeParse({ code: '', password: 'short' });
  expect(parsed.error && schemaErrors(parsed.error)).toEqual({
    code: "Type the code from the program's log.",
    password: 'A password needs at least 10 characters.',
  });
});
