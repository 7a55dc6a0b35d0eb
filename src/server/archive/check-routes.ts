import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve } from '../http/serve.ts';
import type { ArchiveCheck } from './archive-check.ts';

export function checkRoutes(app: FastifyInstance, { check }: { check: ArchiveCheck }): void {
  serve(app, routes.getArchiveCheck, () => check.view());
  serve(app, routes.startArchiveCheck, () => check.begin());
  serve(app, routes.stopArchiveCheck, () => check.cancel());
}
