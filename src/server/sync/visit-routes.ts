import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import type { Database } from '../db/open.ts';
import { serve } from '../http/serve.ts';
import { visitsPage, visitView } from './visit-rows.ts';

export function visitRoutes(app: FastifyInstance, { db }: { db: Database }): void {
  serve(app, routes.listVisits, async ({ query: { before, limit, cameraId } }) => {
    const { rows, nextBefore } = await visitsPage(db, { before, limit, cameraId });
    return { visits: rows.map(visitView), nextBefore };
  });
}
