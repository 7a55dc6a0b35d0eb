import { basename } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { filterOf, narrowCaptures } from '../../shared/archive-filter.ts';
import type { Container } from '../../shared/clips.ts';
import type { ClipMedia } from '../../shared/media.ts';
import { routes } from '../../shared/routes.ts';
import type { Database, Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import { sendFile, serve, serveMedia } from '../http/serve.ts';
import { cacheControlOf, changeable } from '../lib/http-cache-policy.ts';
import { clipVersion } from '../lib/clip-version.ts';
import { AppError } from '../lib/errors.ts';
import { answerFile, unchangedAnswer, type FileAnswer } from '../lib/file-answer.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { capturesOfDay } from './capture-repository.ts';
import { openClipFile } from './clip-file.ts';
import type { ClipRepository } from './clip-repository.ts';
import { captureViewWith, clipViewWith, type ShownClip } from './clip-view.ts';
import { listCoverage } from './coverage-repository.ts';
import { dayOf, listDays } from './day-repository.ts';
import type { ScanService } from './scan-service.ts';

export interface ArchiveRouteDeps {
  db: Database;
  clips: ClipRepository;
  volume: ArchiveVolume;
  /** What can be shown and played of clips; touches no volume. */
  mediaOf?: (db: Db, rows: readonly ShownClip[]) => Promise<ReadonlyMap<number, ClipMedia>>;
  /** Bytes of a video were asked for. */
  onPlayed?: (clipId: number) => void;
  /** The recordings folder was accepted as it is: sync may go on. */
  onVolumeAccepted(): void;
}

/** An open-ended range gets this much: more, and a few players would fill the browser's connections. */
const maxOpenRangeBytes = 1024 * 1024;

export function archiveRoutes(app: FastifyInstance, deps: ArchiveRouteDeps): void {
  const { db, volume, mediaOf = async () => new Map<number, ClipMedia>() } = deps;
  serve(app, routes.listDays, async ({ query }) => {
    const days = await listDays(db, query);
    const isMore = query.after === undefined && days.length === query.limit;
    return { days, nextBefore: isMore ? (days.at(-1)?.day ?? null) : null };
  });
  serve(app, routes.getDay, async ({ params, query }) => {
    const day = await dayOf(db, params.day);
    if (!day) throw new AppError('not_found', `There are no clips of ${params.day}.`);
    const found = await capturesOfDay(db, params.day);
    const rows = found.flatMap(({ clips }) => clips);
    const media = await mediaOf(db, rows);
    const captures = found.map((one) => captureViewWith(one, media));
    return { day, captures: narrowCaptures(captures, filterOf(query)) };
  });
  serve(app, routes.getClip, async ({ params }) => {
    const row = await required(deps, params.id);
    return clipViewWith(row, await mediaOf(db, [row]));
  });
  serveMedia(app, routes.getClipVideo, async ({ params, query }, { request, reply }) =>
    sendFile(reply, await videoAnswer(deps, { id: params.id, version: query.v }, request)),
  );
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

const contentTypes: Record<Container, string> = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  ts: 'video/mp2t',
  jpg: 'image/jpeg',
};

/** The bytes of a clip. Who has them already is told so out of the ledger: no disk is woken for it. */
async function videoAnswer(
  deps: ArchiveRouteDeps,
  asked: { id: number; version: string | undefined },
  request: FastifyRequest,
): Promise<FileAnswer> {
  const row = await required(deps, asked.id);
  if (row.state !== 'archived' || row.path === null) {
    throw new AppError('conflict', `This clip is not in the archive yet (${row.state}).`);
  }
  const version = clipVersion(row);
  const cacheControl = cacheControlOf(asked.version, version);
  const unchanged = unchangedAnswer(request, version, cacheControl);
  if (unchanged) return unchanged;
  const known = { version, sizeBytes: row.size_bytes, mtimeMs: row.mtime_ms };
  const file = await openClipFile(deps.volume, deps.volume.pathOf(row.path), known);
  const answer = answerFile(request, file, {
    // An address that names other bytes than these must not be kept.
    cacheControl: file.version === version ? cacheControl : changeable,
    contentType: contentTypes[row.container],
    fileName: basename(row.path),
    maxOpenBytes: maxOpenRangeBytes,
  });
  if (answer.body && row.container !== 'jpg') deps.onPlayed?.(row.id);
  return answer;
}
/** What of each day is here, and what is not. */
export function coverageRoutes(app: FastifyInstance, { db }: { db: Database }): void {
  serve(app, routes.listCoverage, ({ query }) => listCoverage(db, query));
}

/** A scan of the archive folder, begun by hand. */
export function scanRoutes(app: FastifyInstance, deps: { scan: Pick<ScanService, 'wish' | 'cancel'> }): void {
  serve(app, routes.startScan, ({ body }) => deps.scan.wish(body));
  serve(app, routes.stopScan, () => deps.scan.cancel());
}
