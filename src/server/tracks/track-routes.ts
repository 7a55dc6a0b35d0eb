import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { journeyRoutes } from '../../shared/journey-routes.ts';
import { clipTrackSchema } from '../../shared/tracks.ts';
import type { Database } from '../db/open.ts';
import { sendFile, serveMedia } from '../http/serve.ts';
import { AppError } from '../lib/errors.ts';
import { unchangedAnswer } from '../lib/file-answer.ts';
import { changeable } from '../lib/http-cache-policy.ts';
import { exportChoice, exportDay, exportJourney, type TrackFile } from './track-export.ts';
import { clipTrack, clipTrackVersion } from './track-views.ts';

export interface TrackRouteDeps {
  db: Database;
}

/** Positions of clips, and files of tracks. */
export function trackRoutes(app: FastifyInstance, { db }: TrackRouteDeps): void {
  serveMedia(app, journeyRoutes.getClipTrack, async ({ params }, { request, reply }) => {
    const version = await clipTrackVersion(db, params.id);
    const unchanged = unchangedAnswer(request, version ?? null, changeable);
    if (unchanged) return sendFile(reply, unchanged);
    const track = await clipTrack(db, params.id);
    if (!track) throw new AppError('not_found', `The positions of clip ${params.id} are not known.`);
    const headers = { etag: `"${version}"`, 'cache-control': changeable };
    return reply.headers(headers).send(clipTrackSchema.parse(track));
  });
  serveMedia(app, journeyRoutes.exportDayTrack, async ({ params, query }, { reply }) =>
    send(reply, await exportDay(db, params.day, query.format)),
  );
  serveMedia(app, journeyRoutes.exportJourneyTrack, async ({ params, query }, { reply }) =>
    send(reply, await exportJourney(db, params.id, query.format)),
  );
  serveMedia(app, journeyRoutes.exportTracks, async ({ query }, { reply }) => {
    const choice = { clipIds: idsOf(query.clipIds), journeyIds: idsOf(query.journeyIds) };
    return send(reply, await exportChoice(db, choice, query.format));
  });
}

const idsOf = (list: string | undefined): number[] => list?.split(',').map(Number) ?? [];

function send(reply: FastifyReply, { fileName, mediaType, text }: TrackFile): FastifyReply {
  return reply
    .type(mediaType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .header('cache-control', 'private, no-store')
    .send(Readable.from(text, { objectMode: false }));
}
