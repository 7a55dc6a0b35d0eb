import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve, serveMedia } from '../http/serve.ts';
import { answerWithSession, visitorOf } from './routes.ts';
import type { SetUpService } from './set-up-service.ts';

/** The questions of a new installation; the gate lets only those through who may set it up. */
export function setUpRoutes(app: FastifyInstance, { service }: { service: SetUpService }): void {
  serve(app, routes.getSetUp, (_input, request) => service.view(request.hostname));
  serve(app, routes.saveSetUp, async ({ body }) => {
    await service.save(body);
    return { ok: true as const };
  });
  serve(app, routes.checkVolume, ({ body }) => service.checkVolume(body.volume));
  serveMedia(app, routes.finishSetUp, ({ body }, raw) => {
    const { request, reply } = raw;
    return answerWithSession(raw, async () => {
      const token = await service.finish({ ...visitorOf(request), ...body, hostname: request.hostname });
      // This very answer must get out first.
      reply.raw.once('close', () => service.beginAnewIfNeeded());
      return token;
    });
  });
}
