import { expect, test } from 'vitest';
import { ApiError } from './api.ts';
import { fieldErrors } from './field-errors.ts';

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
