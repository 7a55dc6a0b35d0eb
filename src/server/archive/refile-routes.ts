import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve } from '../http/serve.ts';
import type { RefileService } from './refile-service.ts';

/** The moving of the archive into another layout. */
export function refileRoutes(app: FastifyInstance, { refile }: { refile: RefileService }): void {
  serve(app, routes.previewRefile, ({ query }) => refile.preview(query.layout));
  serve(app, routes.getRefile, () => refile.status);
  serve(app, routes.startRefile, () => refile.begin());
  serve(app, routes.stopRefile, () => refile.halt());
}
