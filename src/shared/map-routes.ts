import { z } from 'zod';
import { mapMonthSchema, mapMonthsSchema, monthSchema } from './map-months.ts';
import { route } from './route.ts';

/** All journeys on one map. */
export const mapRoutes = {
  listMapMonths: route({
    method: 'GET',
    path: '/api/map/months',
    summary:
      'The months that have journeys or stops to draw, newest first, each with a version of its contents',
    response: mapMonthsSchema,
  }),
  getMapMonth: route({
    method: 'GET',
    path: '/api/map/months/:month',
    summary:
      'Rough lines of all journeys of a month, and its stops; with its `version` as `v` the answer may be kept for ever',
    params: z.object({ month: monthSchema }),
    query: z.object({ v: z.string().max(40).optional() }),
    mayLackQuery: true,
    response: mapMonthSchema,
  }),
} as const;
