import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify, type FastifyInstance } from 'fastify';
import { expect, onTestFinished, vi } from 'vitest';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { clipSpec, readClip, TEST_CACHE_DIR } from '../simulator/clips/test-support.ts';
import type { ClipSpec } from '../simulator/clip-source.ts';
import type { Events } from '../src/shared/events.ts';
import type { ArtifactKind, ClipMedia, MediaStatus } from '../src/shared/media.ts';
import { settingsSchema, type Settings } from '../src/shared/settings.ts';
import type { ClipRow, NewClipRow } from '../src/server/db/schema.ts';
import type { ArtifactRow } from '../src/server/db/schema-media.ts';
import { answerError } from '../src/server/http/answer-error.ts';
import type { Logger } from '../src/server/lib/logger.ts';
import { Lifecycle } from '../src/server/lib/lifecycle.ts';
import { buildMedia, type MediaParts, type MediaTools } from '../src/server/media/build-media.ts';
import { mediaRoutes } from '../src/server/media/media-routes.ts';
import { FfmpegProbe } from '../src/server/media/ffmpeg-probe.ts';
import type { MediaWork } from '../src/server/media/media-types.ts';
import { openMediaPlace, putClip, type Content, type MediaPlace } from './media-place.ts';
import { waitLong } from './scenario.ts';

/** An archive and what makes pictures of it, without the rest of the program. */
export interface MediaArchive extends Omit<MediaPlace, 'logger' | 'close'> {
  settings: Settings;
  /** Messages of problems that are open. */
  problems: Map<string, string>;
  /** What is going on elsewhere. */
  world: { isDownloading: boolean };
  media: MediaParts;
  url: string;
  /** Whatever `media.made` told, in order. */
  made: Events['media.made'][];
  add: (name: string, content: Content, row?: Partial<NewClipRow>) => Promise<number>;
  row: (id: number) => Promise<ClipRow>;
  artifact: (id: number, kind: ArtifactKind) => Promise<ArtifactRow | undefined>;
  /** All that is due is made. */
  settle: () => Promise<void>;
  get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  post: (path: string, body?: unknown) => Promise<Response>;
  media0: (id: number) => Promise<ClipMedia>;
  status: () => Promise<MediaStatus>;
  /** A new process on the same folders. */
  restart: (changed?: MediaArchiveOptions) => Promise<void>;
}

export interface MediaArchiveOptions {
  ffmpegPath?: string;
  settings?: Partial<Settings>;
  /** Nothing is begun until `restart`. */
  isIdle?: boolean;
  work?: (tools: MediaTools) => MediaWork[];
  freeBytes?: () => Promise<number>;
}

const factory = createClipFactory({ cacheDir: TEST_CACHE_DIR });

/** The bytes of a clip as a camera writes it: three seconds, H.264, with a thumbnail of the camera's own. */
export const footage = async (overrides: Partial<ClipSpec> = {}): Promise<Buffer> =>
  readClip(await factory.createClip(clipSpec({ thumbnail: false, ...overrides })));

export const photo = async (): Promise<Buffer> =>
  readClip(await factory.createPhoto({ channel: 'front', seed: 1 }));

/** A program in ffmpeg's stead: a bash script, whose last argument is the file to write. `real` is ffmpeg itself. */
export async function fakeFfmpeg(script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viofosync-fake-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'ffmpeg');
  const asks = 'for arg in "$@"; do case "$arg" in -version|-encoders) exec ffmpeg "$@";; esac; done';
  await writeFile(
    path,
    `#!/bin/bash\nhere="${folder}"\n${asks}\necho run >> "$here/runs"\nout="\${@: -1}"\n${script}\n`,
  );
  await chmod(path, 0o755);
  return path;
}

/** Names of all files in the cache. */
export const cacheFiles = async ({ configDir }: MediaArchive): Promise<string[]> => {
  const all = await readdir(join(configDir, 'cache'), { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map((entry) => entry.name);
};

export async function useMediaArchive(options: MediaArchiveOptions = {}): Promise<MediaArchive> {
  const { logger, close, ...place } = await openMediaPlace();
  const { db, events } = place;
  const archive = {
    ...place,
    settings: { ...settingsSchema.parse({}), ...options.settings },
    problems: new Map<string, string>(),
    world: { isDownloading: false },
    made: [] as Events['media.made'][],
    url: '',
  } as unknown as MediaArchive;
  events.on('media.made', (news) => void archive.made.push(news));
  let lifecycle = new Lifecycle(logger);
  let server: FastifyInstance | null = null;
  const begin = async (chosen: MediaArchiveOptions) => {
    lifecycle = new Lifecycle(logger);
    server = fastify({ forceCloseConnections: true });
    server.setErrorHandler(answerError);
    archive.media = await startMedia(archive, { ...chosen, logger, lifecycle });
    mediaRoutes(server, archive.media.routes);
    archive.url = await server.listen({ host: '127.0.0.1', port: 0 });
  };
  const end = async () => {
    await lifecycle.stop();
    await server?.close();
  };
  Object.assign(archive, {
    add: (name: string, content: Content, row?: Partial<NewClipRow>) =>
      addClip(archive, name, { content, row }),
    row: (id: number) => db.selectFrom('clip').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    artifact: (id: number, kind: ArtifactKind) =>
      db
        .selectFrom('artifact')
        .selectAll()
        .where('clip_id', '=', id)
        .where('kind', '=', kind)
        .executeTakeFirst(),
    settle: () => settle(archive),
    get: (path: string, headers: Record<string, string> = {}) => fetch(archive.url + path, { headers }),
    post: (path: string, body: unknown = {}) =>
      fetch(archive.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    media0: async (id: number) => (await archive.get(`/api/clips/${id}/media`)).json(),
    status: async () => (await archive.get('/api/media')).json(),
    restart: async (changed: MediaArchiveOptions = {}) => {
      await end();
      Object.assign(archive.settings, changed.settings);
      await begin({ ...options, isIdle: false, ...changed });
    },
  } satisfies Partial<MediaArchive>);
  onTestFinished(async () => {
    await end();
    await close();
  });
  if (options.isIdle !== true) await begin(options);
  return archive;
}

async function startMedia(
  archive: MediaArchive,
  options: MediaArchiveOptions & { logger: Logger; lifecycle: Lifecycle },
): Promise<MediaParts> {
  const { db, configDir, volume, events, clock, problems, world } = archive;
  const { ffmpegPath = 'ffmpeg', logger, lifecycle } = options;
  const probe = new FfmpegProbe({
    path: ffmpegPath,
    log: logger,
    onChange: () => events.emit('archive.changed', {}),
  });
  const media = buildMedia({
    db,
    configDir,
    ffmpegPath,
    probe,
    volume,
    events,
    clock,
    log: logger,
    settings: () => archive.settings,
    problems: {
      raise: async ({ key, message }) => void problems.set(key, message),
      end: async (key) => void problems.delete(key),
    },
    inBackground: (work) => void work.catch(() => undefined),
    isDownloading: () => world.isDownloading,
    work: options.work ?? (() => []),
    encoders: () => ({ encoders: [], encoder: null }),
    pace: { idleMs: 200, busyMs: 30, restMs: 300 },
    ...(options.freeBytes && { freeBytes: options.freeBytes }),
  });
  await lifecycle.start('probe', probe);
  await media.start(lifecycle);
  return media;
}

async function settle({ db, media }: MediaArchive): Promise<void> {
  await vi.waitFor(async () => {
    const due = await db.selectFrom('clip').select('id').where('media_due', '>', 0).execute();
    expect(due).toEqual([]);
    expect(media.service.view).toMatchObject({ state: 'idle', current: null });
  }, waitLong);
}

let captures = 0;

async function addClip(
  { db, root, events }: MediaArchive,
  name: string,
  { content, row }: { content: Content; row: Partial<NewClipRow> | undefined },
): Promise<number> {
  const startedAt = Date.UTC(2026, 5, 28, 8, captures++ % 60);
  const id = await putClip({ db, root }, { name, content, startedAt, row });
  events.emit('clip.archived', { clipId: id, cameraId: 1, localDay: '2026-06-28' });
  return id;
}
