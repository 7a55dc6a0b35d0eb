import type { FastifyInstance } from 'fastify';
import { logRoutes as routes } from '../../shared/log-routes.ts';
import { serve } from '../http/serve.ts';
import type { LogBook } from './log-book.ts';

export function logRoutes(app: FastifyInstance, { book }: { book: LogBook }): void {
  serve(app, routes.getLog, ({ query: { before, limit, ...filter } }) =>
    book.page(filter, { before, limit }),
  );
}
