import { z } from 'zod';
import { logFilterSchema, logPageSchema } from './log.ts';
import { route } from './route.ts';

export const logRoutes = {
  getLog: route({
    method: 'GET',
    path: '/api/log',
    summary:
      'Lines of the log, newest first; a page may be short or empty while `next` says that there is more',
    query: logFilterSchema.extend({
      /** Lines before this one. */
      before: z.coerce.number().int().min(0).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(200),
    }),
    mayLackQuery: true,
    response: logPageSchema,
  }),
};
