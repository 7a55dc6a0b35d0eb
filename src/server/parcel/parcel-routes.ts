import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { sendFile, serve, serveMedia } from '../http/serve.ts';
import type { ParcelService } from './parcel-service.ts';

export interface ParcelRouteDeps {
  parcels: ParcelService;
  /** What tells the browser's session; null while the page is open. */
  tokenOf: (cookie: string | undefined) => string | null;
}

/** Originals of many clips in one file. */
export function parcelRoutes(app: FastifyInstance, { parcels, tokenOf }: ParcelRouteDeps): void {
  const sessionOf = (request: FastifyRequest) => {
    const token = tokenOf(request.headers.cookie);
    return token === null ? null : createHash('sha256').update(token).digest('base64');
  };
  serve(app, routes.orderParcel, ({ body }, request) => parcels.order(body, sessionOf(request)));
  serveMedia(app, routes.getParcel, async ({ params }, { request, reply }) =>
    sendFile(reply, parcels.take(params.ticket, sessionOf(request), request.method === 'HEAD')),
  );
}
