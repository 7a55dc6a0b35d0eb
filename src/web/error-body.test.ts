import { expect, test } from 'vitest';
import { errorBody, errorCodes } from '../shared/errors.ts';
import { errorIn } from './error-body.ts';

const details = [{ field: 'pollSeconds', message: 'too small' }];
test.each<[what: string, answer: unknown]>([
  ...errorCodes.map((code): [string, unknown] => [code, { error: { code, message: 'No.' } }]),
  ['one with wrong fields', { error: { code: 'invalid', message: 'No.', details } }],
  ['one without wrong fields', { error: { code: 'invalid', message: 'No.', details: [] } }],
  ['a code of nobody', { error: { code: 'other', message: 'No.' } }],
  ['a name that all objects have', { error: { code: 'toString', message: 'No.' } }],
  ['no message', { error: { code: 'invalid' } }],
  ['a message of another kind', { error: { code: 'invalid', message: 7 } }],
  ['fields that are no list', { error: { code: 'invalid', message: 'No.', details: {} } }],
  ['a field without a message', { error: { code: 'invalid', message: 'No.', details: [{ field: 'a' }] } }],
  ['an empty answer', {}],
  ['no error', { error: null }],
  ['nothing', null],
  ['words', 'Bad Gateway'],
  ['a list', [1]],
])('%s is understood as the schema of the server says', (_what, answer) => {
  expect(errorIn(answer)).toEqual(errorBody.safeParse(answer).data?.error ?? null);
});
