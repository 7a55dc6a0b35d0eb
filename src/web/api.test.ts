import { expect, test } from 'vitest';
import { routes } from '../shared/routes.ts';
import { keyOf, urlOf } from './api.ts';

test('an address has its params filled in and only the query that is given', () => {
  expect(urlOf(routes.getDay, { params: { day: '2026-09-03' } })).toBe('/api/days/2026-09-03');
  expect(urlOf(routes.listDays, { query: { before: undefined, limit: 5 } })).toBe('/api/days?limit=5');
});

test('a key without an input matches the route with any input', () => {
  expect(keyOf(routes.listDays)).toEqual(['/api/days']);
  expect(keyOf(routes.listDays, { query: {} })).toEqual(['/api/days', { query: {} }]);
});
