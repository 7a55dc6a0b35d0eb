import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve } from '../http/serve.ts';
import type { MarkService } from './mark-service.ts';

/** Moments that people marked. */
export function markRoutes(app: FastifyInstance, { marks }: { marks: MarkService }): void {
  serve(app, routes.listMarks, ({ query }) => marks.list(query));
  serve(app, routes.addMark, ({ body }) => marks.add(body));
  serve(app, routes.updateMark, ({ params, body }) => marks.update(params.id, body));
  serve(app, routes.removeMark, ({ params }) => marks.remove(params.id));
}
