import type { FastifyInstance } from 'fastify';
import { mediaRoutes } from '../../shared/media-routes.ts';
import type { Database } from '../db/open.ts';
import { serveMedia } from '../http/serve.ts';
import { AppError } from '../lib/errors.ts';
import type { FrameGrabber, FrameWish } from './frame-grabber.ts';
import type { Artifacts } from './media-types.ts';
import { repairedPathOf } from './repair-place.ts';

export interface FrameRouteDeps {
  db: Database;
  artifacts: Pick<Artifacts, 'of'>;
  frames: Pick<FrameGrabber, 'grab'>;
  /** Somebody looks at a clip: what is made in the background waits. */
  onPlayed: (clipId: number) => void;
}

/** Single pictures of clips at full resolution. */
export function frameRoutes(app: FastifyInstance, deps: FrameRouteDeps): void {
  serveMedia(app, mediaRoutes.getClipFrame, async ({ params, query }, { reply }) => {
    const { fileName, ...wish } = await wishOf(deps, params.id, query.at);
    deps.onPlayed(params.id);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const picture = await deps.frames.grab(wish, gone.signal);
    return reply
      .type('image/jpeg')
      .header('cache-control', 'private, no-store')
      .header('content-disposition', `inline; filename="${fileName}"`)
      .send(picture);
  });
}

/** The clip itself, or the repaired copy of one that does not play. */
async function wishOf(
  { db, artifacts }: FrameRouteDeps,
  id: number,
  atMs: number,
): Promise<FrameWish & { fileName: string }> {
  const clip = await db
    .selectFrom('clip')
    .select(['name', 'path', 'container', 'state', 'fps', 'repair'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!clip) throw new AppError('not_found', `There is no clip ${id}.`);
  const { path, state, container, fps } = clip;
  if (state !== 'archived' || path === null)
    throw new AppError('conflict', `This clip is not in the archive (${state}).`);
  if (container === 'jpg') throw new AppError('conflict', 'This is a photo: it is a picture already.');
  const repaired = clip.repair === 'repaired' ? repairedPathOf(await artifacts.of(db, id, 'repair')) : null;
  const file = repaired === null ? { path, container } : { path: repaired, container: 'mp4' as const };
  const base = clip.name.replace(/\.[^.]*$/, '').replaceAll(/[^\w.~-]/g, '_');
  return { ...file, fps, atMs, fileName: `${base}_${atMs}.jpg` };
}
