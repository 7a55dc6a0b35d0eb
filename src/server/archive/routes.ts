import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { routes } from '../../shared/routes.ts';
import type { Database } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import { serve, serveMedia } from '../http/serve.ts';
import { AppError, errnoOf } from '../lib/errors.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { capturesOfDay } from './capture-repository.ts';
import type { ClipRepository } from './clip-repository.ts';
import { captureView, clipView } from './clip-view.ts';
import { listCoverage } from './coverage-repository.ts';
import { dayOf, listDays } from './day-repository.ts';
import type { ScanService } from './scan-service.ts';

export interface ArchiveRouteDeps {
  db: Database;
  clips: ClipRepository;
  volume: ArchiveVolume;
  /** The recordings folder was accepted as it is: sync may go on. */
  onVolumeAccepted(): void;
}

/** An open-ended range gets this much: more, and a few players would fill the browser's connections. */
const maxOpenRangeBytes = 1024 * 1024;

export function archiveRoutes(app: FastifyInstance, deps: ArchiveRouteDeps): void {
  const { db, volume } = deps;
  serve(app, routes.listDays, async ({ query }) => {
    const days = await listDays(db, query);
    const isMore = query.after === undefined && days.length === query.limit;
    return { days, nextBefore: isMore ? (days.at(-1)?.day ?? null) : null };
  });
  serve(app, routes.getDay, async ({ params }) => {
    const day = await dayOf(db, params.day);
    if (!day) throw new AppError('not_found', `There are no clips of ${params.day}.`);
    return { day, captures: (await capturesOfDay(db, params.day)).map(captureView) };
  });
  serve(app, routes.getClip, async ({ params }) => clipView(await required(deps, params.id)));
  serveMedia(app, routes.getClipVideo, async ({ params }, { request, reply }) => {
    const path = await playablePath(deps, params.id);
    capOpenRange(request);
    reply.header('cache-control', 'private, max-age=31536000, immutable');
    reply.header('content-disposition', `inline; filename="${basename(path).replaceAll(/[^\w.~ -]/g, '_')}"`);
    return reply.sendFile(path, volume.root, { cacheControl: false, dotfiles: 'allow' });
  });
  serve(app, routes.acceptVolume, async () => {
    const status = await volume.accept();
    deps.onVolumeAccepted();
    return status;
  });
}

async function required(deps: ArchiveRouteDeps, id: number): Promise<ClipRow> {
  const row = await deps.clips.byId(deps.db, id);
  if (!row) throw new AppError('not_found', `There is no clip ${id}.`);
  return row;
}

/** The clip's path below the archive root, once it is known that the volume answers and has it. */
async function playablePath(deps: ArchiveRouteDeps, id: number): Promise<string> {
  const row = await required(deps, id);
  const { path } = row;
  if (row.state !== 'archived' || path === null) {
    throw new AppError('conflict', `This clip is not in the archive yet (${row.state}).`);
  }
  // While it hangs, each stream would occupy a thread that the page needs.
  if (deps.volume.status.state === 'slow')
    throw new AppError('unavailable', deps.volume.status.message ?? 'slow');
  try {
    await deps.volume.run('opening a clip', () => stat(deps.volume.pathOf(path)));
    return path;
  } catch (error) {
    if (error instanceof VolumeError) throw new AppError('unavailable', error.message);
    if (errnoOf(error) === 'ENOENT')
      throw new AppError('not_found', `${path} is not on the recordings volume now.`);
    throw error;
  }
}

function capOpenRange(request: FastifyRequest): void {
  const open = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  if (!open) return;
  const from = Number(open[1]);
  request.raw.headers.range = `bytes=${from}-${from + maxOpenRangeBytes - 1}`;
}

/** What of each day is here, and what is not. */
export function coverageRoutes(app: FastifyInstance, { db }: { db: Database }): void {
  serve(app, routes.listCoverage, ({ query }) => listCoverage(db, query));
}

/** A scan of the archive folder, begun by hand. */
export function scanRoutes(app: FastifyInstance, deps: { scan: Pick<ScanService, 'scan'> }): void {
  serve(app, routes.startScan, () => deps.scan.scan());
}
