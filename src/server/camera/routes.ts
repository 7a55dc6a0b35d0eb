import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve } from '../http/serve.ts';
import type { CameraService } from './camera-service.ts';

export function cameraRoutes(app: FastifyInstance, deps: { service: CameraService }): void {
  const { service } = deps;
  serve(app, routes.listCameras, async () => ({ cameras: await service.list() }));
  serve(app, routes.addCamera, ({ body }) => service.add(body));
  serve(app, routes.updateCamera, ({ params, body }) => service.update(params.id, body));
  serve(app, routes.removeCamera, ({ params }) => service.remove(params.id));
  serve(app, routes.acceptCamera, ({ params }) => service.accept(params.id));
  serve(app, routes.testCamera, ({ body }) => service.test(body.address));
}
