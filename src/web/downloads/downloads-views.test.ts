import { expect, test } from 'vitest';
import { downloadsSearch } from './downloads-views.ts';

test('an address names the part of the page, the queue goes without saying', () => {
  expect(downloadsSearch({ view: 'days' })).toEqual({ view: 'days' });
  expect(downloadsSearch({ view: 'queue' })).toEqual({});
  expect(downloadsSearch({ view: 'nonsense' })).toEqual({});
  expect(downloadsSearch({})).toEqual({});
});
