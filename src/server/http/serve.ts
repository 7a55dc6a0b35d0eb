import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Route, RouteRequest, RouteResponse } from '../../shared/route.ts';
import type { FileAnswer } from '../lib/file-answer.ts';

/** Binds a shared route to its handler: input is validated before the handler sees it, output before it leaves. */
export function serve<R extends Route>(
  app: FastifyInstance,
  route: R,
  handler: (input: RouteRequest<R>, request: FastifyRequest) => RouteResponse<R> | Promise<RouteResponse<R>>,
): void {
  app.route({
    method: route.method,
    url: route.path,
    handler: async (request, reply) => {
      const result = await handler(readInput(route, request), request);
      if (!route.response) return reply.code(204).send();
      return route.response.parse(result);
    },
  });
}

/** Binds a route whose answer is not JSON; the handler writes the reply itself. */
export function serveMedia<R extends Route>(
  app: FastifyInstance,
  route: R,
  handler: (
    input: RouteRequest<R>,
    raw: { request: FastifyRequest; reply: FastifyReply },
  ) => Promise<FastifyReply>,
): void {
  app.route({
    method: route.method,
    url: route.path,
    handler: (request, reply) => handler(readInput(route, request), { request, reply }),
  });
}

/** Sends a file, a part of it, or the word that nothing has changed. */
export function sendFile(reply: FastifyReply, { status, headers, body }: FileAnswer): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .send(body ?? undefined);
}

function readInput<R extends Route>(route: R, request: FastifyRequest): RouteRequest<R> {
  // The three parts were just parsed by the schemas that the type is made from.
  return {
    ...(route.params && { params: route.params.parse(request.params) }),
    ...(route.query && { query: route.query.parse(request.query) }),
    ...(route.body && { body: route.body.parse(request.body) }),
  } as RouteRequest<R>;
}
