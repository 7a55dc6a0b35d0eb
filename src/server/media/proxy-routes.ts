import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mediaRoutes } from '../../shared/media-routes.ts';
import type { ArtifactKind } from '../../shared/media.ts';
import type { Database } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { ArtifactRow } from '../db/schema-media.ts';
import { sendFile, serveMedia } from '../http/serve.ts';
import { cacheControlOf } from '../lib/http-cache-policy.ts';
import { clipVersion } from '../lib/clip-version.ts';
import { AppError, errnoOf } from '../lib/errors.ts';
import { answerFile, type FileAnswer, type OpenFile } from '../lib/file-answer.ts';
import { artifactKey } from './artifact-key.ts';
import { identityColumns, type Artifacts } from './media-types.ts';
import { openCached } from './proxy-file.ts';
import { repairedPathOf } from './repair-place.ts';

export interface ProxyRouteDeps {
  db: Database;
  artifacts: Artifacts;
  /** Opens a file of the archive, by its path below the archive root; throws an `AppError`. */
  openArchived: (path: string) => Promise<OpenFile>;
  /** Bytes of a clip, or of what stands for it, were asked for. */
  onPlayed: (clipId: number) => void;
}

/** An open-ended range gets this much: more, and a few players would fill the browser's connections. */
const maxOpenRangeBytes = 1024 * 1024;
const missing = {
  proxy: 'There is no small copy of this clip now; ask for one.',
  repair: 'There is no repaired copy of this clip.',
};

/** What is played in the stead of a clip: its small copy, its repaired copy. */
export function proxyRoutes(app: FastifyInstance, deps: ProxyRouteDeps): void {
  serveMedia(app, mediaRoutes.getClipProxy, async ({ params, query }, { request, reply }) =>
    sendFile(reply, await copyAnswer(deps, { ...params, version: query.v, kind: 'proxy' }, request)),
  );
  serveMedia(app, mediaRoutes.getClipRepair, async ({ params, query }, { request, reply }) =>
    sendFile(reply, await copyAnswer(deps, { ...params, version: query.v, kind: 'repair' }, request)),
  );
}

interface Asked {
  id: number;
  version: string | undefined;
  kind: Extract<ArtifactKind, 'proxy' | 'repair'>;
}

async function copyAnswer(deps: ProxyRouteDeps, asked: Asked, request: FastifyRequest): Promise<FileAnswer> {
  const { clip, row } = await required(deps, asked);
  const file = await opened(deps, row);
  const answer = answerFile(request, file, {
    cacheControl: cacheControlOf(asked.version, clipVersion(clip), { isMade: true }),
    contentType: 'video/mp4',
    fileName: `${clip.name.replace(/\.[^.]*$/, '')}.${asked.kind}.mp4`,
    maxOpenBytes: maxOpenRangeBytes,
  });
  if (answer.body) {
    deps.onPlayed(clip.id);
    await deps.artifacts.used(row);
  }
  return answer;
}

async function required(
  { db, artifacts }: ProxyRouteDeps,
  { id, kind }: Asked,
): Promise<{ clip: Pick<ClipRow, 'id' | 'name' | 'sha256' | 'size_bytes' | 'mtime_ms'>; row: ArtifactRow }> {
  const clip = await db
    .selectFrom('clip')
    .select([...identityColumns, 'state', 'sha256', 'repair'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!clip) throw new AppError('not_found', `There is no clip ${id}.`);
  const row = clip.state === 'archived' ? await artifacts.of(db, id, kind) : null;
  // Made of an earlier file of this clip, it would show another film.
  const isIts = kind === 'repair' ? clip.repair === 'repaired' : row?.key === artifactKey(clip);
  if (row?.state !== 'ready' || !isIts) throw new AppError('not_found', missing[kind]);
  return { clip, row };
}

/** One whose file has gone is forgotten: it can be made again. */
async function opened(deps: ProxyRouteDeps, row: ArtifactRow): Promise<OpenFile> {
  const repaired = repairedPathOf(row);
  if (repaired !== null) return deps.openArchived(repaired);
  try {
    return await openCached(deps.artifacts.fileOf(row));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await deps.artifacts.lost(row);
    throw new AppError('not_found', missing.proxy);
  }
}
