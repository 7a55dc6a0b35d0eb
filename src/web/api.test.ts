import { expect, test } from 'vitest';
import { routes } from '../shared/routes.ts';
import { ApiError, createQueryClient, keyOf, urlOf } from './api.ts';

test('an address has its params filled in and only the query that is given', () => {
  expect(urlOf(routes.getDay, { params: { day: '2026-09-03' } })).toBe('/api/days/2026-09-03');
  expect(urlOf(routes.listDays, { query: { before: undefined, limit: 5 } })).toBe('/api/days?limit=5');
});

test('a key without an input matches the route with any input', () => {
  expect(keyOf(routes.listDays)).toEqual(['/api/days']);
  expect(keyOf(routes.listDays, { query: {} })).toEqual(['/api/days', { query: {} }]);
});

test.each([
  ['unauthenticated', true],
  ['starting', true],
  ['conflict', false],
] as const)(
  'after a refusal as %s the server is asked whether the app may be shown: %s',
  async (code, asks) => {
    const client = createQueryClient();
    const startup = keyOf(routes.getStartup, {});
    client.setQueryData(startup, {});
    const refused = client.fetchQuery({
      queryKey: keyOf(routes.getStatus),
      queryFn: () => Promise.reject(new ApiError(code, 'No.')),
    });
    await expect(refused).rejects.toThrow('No.');
    expect(client.getQueryState(startup)?.isInvalidated).toBe(asks);
  },
);
