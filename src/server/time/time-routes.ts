import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve } from '../http/serve.ts';
import type { CameraClocksService } from './camera-clocks.ts';

/** What a camera's clock is taken for, and what people say of it. */
export function timeRoutes(app: FastifyInstance, deps: { clocks: CameraClocksService }): void {
  const { clocks } = deps;
  serve(app, routes.getCameraClock, ({ params }) => clocks.get(params.id));
  serve(app, routes.updateCameraClock, ({ params, body }) => clocks.update(params.id, body));
  serve(app, routes.addClockShift, ({ params, body }) => clocks.addShift(params.id, body));
  serve(app, routes.removeClockShift, ({ params }) => clocks.removeShift(params.id, params.shiftId));
}
