import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { mediaRoutes as routes } from '../../shared/media-routes.ts';
import type { ClipMedia } from '../../shared/media.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { Database } from '../db/open.ts';
import type { ArtifactRow } from '../db/schema-media.ts';
import { sendFile, serve, serveMedia } from '../http/serve.ts';
import { AppError, errnoOf } from '../lib/errors.ts';
import type { FileAnswer } from '../lib/file-answer.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { clipForMediaColumns, mediaOfClips, versionOf, type ClipForMedia } from './clip-media.ts';
import type { MediaRequests } from './media-requests.ts';
import type { MediaStatusView } from './media-status.ts';
import type { PictureKind } from './picture-work.ts';

export interface MediaRouteDeps {
  db: Database;
  artifacts: Pick<ArtifactStore, 'of' | 'fileOf' | 'used' | 'lost'>;
  volume: Pick<ArchiveVolume, 'run' | 'pathOf' | 'status' | 'release'>;
  status: Pick<MediaStatusView, 'read'>;
  requests: MediaRequests;
}

/** Pictures of clips, what can be shown of them, and what makes all this. */
export function mediaRoutes(app: FastifyInstance, deps: MediaRouteDeps): void {
  const { db, requests, status } = deps;
  serveMedia(app, routes.getClipPicture, async ({ params, query }, { request, reply }) => {
    const clip = await archived(db, params.id);
    const isFull = query.size === 'large' && clip.container === 'jpg';
    const ours = isFull ? null : await artifactAnswer(deps, { clip, kind: 'thumbnail', v: query.v }, request);
    if (ours) return sendFile(reply, ours);
    const theirs = isFull ? wholePhoto(clip) : embedded(clip);
    if (!theirs) return nothingYet(deps, { clip, kind: 'thumbnail' });
    if (!isFull) requests.look(clip.id);
    return sendStretch(deps, { ...theirs, isFinal: isFull && query.v === versionOf(clip) }, reply);
  });
  serveMedia(app, routes.getClipFilmstrip, async ({ params, query }, { request, reply }) => {
    const clip = await archived(db, params.id);
    const strip = await artifactAnswer(deps, { clip, kind: 'filmstrip', v: query.v }, request);
    return strip ? sendFile(reply, strip) : nothingYet(deps, { clip, kind: 'filmstrip' });
  });
  serve(app, routes.getClipMedia, ({ params }) => mediaOf(db, params.id));
  serve(app, routes.wantClipMedia, async ({ params, body }) => {
    const clip = await archived(db, params.id);
    await requests.want(clip.id, body.kind);
    return mediaOf(db, clip.id);
  });
  serve(app, routes.getMediaStatus, () => status.read());
  serve(app, routes.retryMedia, async () => {
    await requests.retry();
    return status.read();
  });
}

type PicturedClip = ClipForMedia & { path: string; picture_bytes: number | null };

async function archived(db: Database, id: number): Promise<PicturedClip> {
  const clip = await db
    .selectFrom('clip')
    .select([...clipForMediaColumns, 'path', 'picture_bytes'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!clip) throw new AppError('not_found', `There is no clip ${id}.`);
  const { path } = clip;
  if (clip.state !== 'archived' || path === null)
    throw new AppError('conflict', `This clip is not in the archive (${clip.state}).`);
  return { ...clip, path };
}

async function mediaOf(db: Database, id: number): Promise<ClipMedia> {
  const clip = await archived(db, id);
  const media = (await mediaOfClips(db, [clip])).get(id);
  if (!media) throw new AppError('not_found', `There is no clip ${id}.`);
  return media;
}

interface Wanted {
  clip: PicturedClip;
  kind: PictureKind;
  /** The version in the address. */
  v?: string | undefined;
}

const forEver = 'private, max-age=31536000, immutable';
/** What takes its place may be ready at any time. */
const aMoment = 'private, max-age=30';

/** A picture of the cache; null when there is none, or when somebody cleared the cache. */
async function artifactAnswer(
  deps: MediaRouteDeps,
  { clip, kind, v }: Wanted,
  request: FastifyRequest,
): Promise<FileAnswer | null> {
  const { artifacts, db } = deps;
  const row = await artifacts.of(db, clip.id, kind);
  if (row?.state !== 'ready') return null;
  const opened = await openArtifact(deps, row);
  if (!opened) return null;
  void artifacts.used(row).catch(() => undefined);
  const tag = `"${row.key}-${row.version}-${row.made_at ?? 0}"`;
  const validators = { etag: tag, 'cache-control': v === versionOf(clip) ? forEver : aMoment };
  if (matches(request.headers['if-none-match'], tag)) {
    opened.stream.destroy();
    return { status: 304, headers: validators, body: null };
  }
  const type = row.format === 'jpg' ? 'image/jpeg' : 'image/webp';
  const headers = { ...validators, 'content-type': type, 'content-length': String(opened.bytes) };
  return { status: 200, headers, body: opened.stream };
}

const matches = (header: string | undefined, tag: string): boolean =>
  header?.split(',').some((each) => each.trim().replace(/^W\//, '') === tag) ?? false;

async function openArtifact({ artifacts }: MediaRouteDeps, row: ArtifactRow) {
  const path = artifacts.fileOf(row);
  try {
    const { size } = await stat(path);
    return { bytes: size, stream: createReadStream(path) };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await artifacts.lost(row);
    return null;
  }
}

/** It is made next, if it can be. */
async function nothingYet({ requests }: MediaRouteDeps, { clip, kind }: Wanted): Promise<never> {
  await requests.wish(clip.id, kind);
  throw new AppError('not_found', `There is no ${kind} of this clip yet.`);
}

/** A stretch of the clip's own file. */
interface Stretch {
  path: string;
  offset: number;
  /** Null: to its end. */
  bytes: number | null;
  isFinal: boolean;
}

function embedded({ path, picture_offset, picture_bytes }: PicturedClip): Omit<Stretch, 'isFinal'> | null {
  if (picture_offset === null || picture_bytes === null) return null;
  return { path, offset: picture_offset, bytes: picture_bytes };
}

const wholePhoto = ({ path }: PicturedClip): Omit<Stretch, 'isFinal'> => ({ path, offset: 0, bytes: null });

const maxStretchBytes = 64 * 1024 * 1024;

/** The camera's own picture. Its clip's disk may have to wake up first, which delays nobody else. */
async function sendStretch(
  { volume }: MediaRouteDeps,
  { path, offset, bytes, isFinal }: Stretch,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // While it hangs, each picture would occupy a thread that the page needs.
  if (volume.status.state === 'slow') throw new AppError('unavailable', volume.status.message ?? 'slow');
  const picture = await readStretch(volume, { path, offset, bytes });
  // Not within what catches: a reader who goes away meanwhile would be answered a second time.
  return reply
    .type('image/jpeg')
    .header('cache-control', isFinal ? forEver : aMoment)
    .send(picture);
}

async function readStretch(
  volume: MediaRouteDeps['volume'],
  { path, offset, bytes }: Omit<Stretch, 'isFinal'>,
): Promise<Buffer> {
  try {
    return await volume.run('reading a picture', async () => {
      const file = await open(volume.pathOf(path));
      try {
        const length = bytes ?? (await file.stat()).size;
        const buffer = Buffer.alloc(Math.min(length, maxStretchBytes));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    });
  } catch (error) {
    if (error instanceof VolumeError) throw new AppError('unavailable', error.message);
    if (errnoOf(error) !== 'ENOENT') throw error;
    throw new AppError('not_found', 'This clip is not on the recordings volume now.');
  }
}
