import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mediaRoutes } from '../../shared/media-routes.ts';
import { serve } from '../http/serve.ts';
import { AppError } from '../lib/errors.ts';
import type { ImportService } from './import-service.ts';

/** Imports over HTTP. Pieces of uploads are taken as they come in: none is ever whole in memory. */
export async function importRoutes(
  app: FastifyInstance,
  { service }: { service: ImportService },
): Promise<void> {
  serve(app, mediaRoutes.listImportSources, async () => ({ sources: await service.listSources() }));
  serve(app, mediaRoutes.listImports, async () => ({ imports: await service.list() }));
  serve(app, mediaRoutes.planImport, ({ body }) => service.plan(body));
  serve(app, mediaRoutes.getImport, ({ params }) => service.get(params.id));
  serve(app, mediaRoutes.listImportItems, ({ params, query }) => service.items(params.id, query));
  serve(app, mediaRoutes.startImport, ({ params, body }) => service.startImport(params.id, body));
  serve(app, mediaRoutes.pauseImport, ({ params }) => service.pause(params.id));
  serve(app, mediaRoutes.cancelImport, ({ params }) => service.cancel(params.id));
  serve(app, mediaRoutes.beginUpload, ({ body }) => service.beginUpload(body));
  serve(app, mediaRoutes.addUploadFiles, ({ params, body }) => service.addFiles(params.id, body.files));
  // In a scope of its own: elsewhere a body of bytes stays refused.
  await app.register(async (scope) => {
    scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    serve(scope, mediaRoutes.sendUploadPiece, ({ params, query }, request) =>
      service.sendPiece(params.id, {
        offset: query.offset,
        body: bodyOf(request),
        length: lengthOf(request),
      }),
    );
  });
}

function bodyOf({ body }: FastifyRequest): Readable {
  if (body instanceof Readable) return body;
  throw new AppError('invalid', 'A piece is sent as application/octet-stream.');
}

const lengthOf = ({ headers }: FastifyRequest): number | null => {
  const length = Number(headers['content-length']);
  return Number.isSafeInteger(length) ? length : null;
};
