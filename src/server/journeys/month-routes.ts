import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { mapMonthSchema, mapMonthsSchema } from '../../shared/map-months.ts';
import { mapRoutes } from '../../shared/map-routes.ts';
import type { Database } from '../db/open.ts';
import { sendFile, serveMedia } from '../http/serve.ts';
import { unchangedAnswer } from '../lib/file-answer.ts';
import { cacheControlOf, changeable } from '../lib/http-cache-policy.ts';
import { MonthBodies } from './month-bodies.ts';
import { mapMonth, mapMonths, monthVersion } from './month-lines.ts';

/** The lines of all journeys: which months there are, and each of them; a second visit asks whether anything is new. */
export function monthRoutes(app: FastifyInstance, db: Database): void {
  const bodies = new MonthBodies();
  serveMedia(app, mapRoutes.listMapMonths, async (_, { request, reply }) => {
    const text = JSON.stringify(mapMonthsSchema.parse(await mapMonths(db)));
    const version = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    return (
      unchanged(request, reply, { version, cacheControl: changeable }) ??
      reply
        .headers({ etag: `"${version}"`, 'cache-control': changeable })
        .type(json)
        .send(text)
    );
  });
  serveMedia(app, mapRoutes.getMapMonth, async ({ params, query }, { request, reply }) => {
    const { month } = params;
    const version = await monthVersion(db, month);
    const cacheControl = cacheControlOf(query.v, version);
    const known = unchanged(request, reply, { version, cacheControl });
    if (known) return known;
    const make = async () => JSON.stringify(mapMonthSchema.parse(await mapMonth(db, month)));
    const body = await bodies.of(`${month} ${version}`, make);
    const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (takesGzip) reply.header('content-encoding', 'gzip');
    if (version !== null) reply.header('etag', `"${version}"`);
    return reply
      .headers({ 'cache-control': cacheControl, vary: 'accept-encoding' })
      .type(json)
      .send(takesGzip ? body.gzip : body.plain);
  });
}

const json = 'application/json; charset=utf-8';

interface Known {
  version: string | null;
  cacheControl: string;
}

/** The answer that nothing has changed; null when it has. */
function unchanged(
  request: FastifyRequest,
  reply: FastifyReply,
  { version, cacheControl }: Known,
): FastifyReply | null {
  const answer = unchangedAnswer(request, version, cacheControl);
  return answer && sendFile(reply, answer);
}
