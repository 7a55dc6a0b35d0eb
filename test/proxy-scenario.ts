import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fastify } from 'fastify';
import { onTestFinished } from 'vitest';
import type { Settings } from '../src/shared/settings.ts';
import { openClipFile } from '../src/server/archive/clip-file.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { archiveRoutes } from '../src/server/archive/routes.ts';
import type { ClipRow, NewClipRow } from '../src/server/db/schema.ts';
import { answerError } from '../src/server/http/answer-error.ts';
import { mediaOfClips } from '../src/server/media/clip-media.ts';
import { ArtifactStore } from '../src/server/media/artifact-store.ts';
import { EncoderTest } from '../src/server/media/encoder-test.ts';
import { FfmpegRunner } from '../src/server/media/ffmpeg-runner.ts';
import { ProxyPlanner } from '../src/server/media/proxy-planner.ts';
import { proxyRoutes } from '../src/server/media/proxy-routes.ts';
import { ProxyWork } from '../src/server/media/proxy-work.ts';
import { openMediaPlace, putClip, type Content, type MediaPlace } from './media-place.ts';

const run = promisify(execFile);
type ProxySettings = Pick<Settings, 'proxies' | 'hardwareEncoding' | 'cacheGb'>;

/** A camera's archive with what makes and serves small copies, without the rest of the program. */
export interface ProxyArchive extends Omit<MediaPlace, 'logger'> {
  cache: string;
  settings: ProxySettings;
  artifacts: ArtifactStore;
  encoders: EncoderTest;
  work: ProxyWork;
  planner: ProxyPlanner;
  /** Clips whose bytes were asked for. */
  played: number[];
  /** How often the worker was called. */
  wished: () => number;
  /** Base address of its HTTP server. */
  url: string;
  add: (name: string, content: Content, row?: Partial<NewClipRow>) => Promise<number>;
  row: (id: number) => Promise<ClipRow>;
}

export interface ProxyArchiveOptions {
  ffmpegPath?: string;
  devRoot?: string;
  settings?: Partial<ProxySettings>;
}

/** One for a test. */
export async function useProxyArchive(options: ProxyArchiveOptions = {}): Promise<ProxyArchive> {
  const archive = await openProxyArchive(options);
  onTestFinished(() => archive.close());
  return archive;
}

/** One for several tests, which close it. */
export async function openProxyArchive(options: ProxyArchiveOptions = {}): Promise<ProxyArchive> {
  const { logger, ...place } = await openMediaPlace();
  const { db, volume, clock, events, home } = place;
  const cache = join(place.configDir, 'cache');
  const settings: ProxySettings = {
    proxies: 'auto',
    hardwareEncoding: true,
    cacheGb: 10,
    ...options.settings,
  };
  const artifacts = new ArtifactStore({ db, root: cache, clock, log: logger, settings: () => settings });
  await artifacts.start();
  const { ffmpegPath = 'ffmpeg' } = options;
  const encoders = new EncoderTest({
    ffmpegPath,
    isThere: () => true,
    draft: artifacts.draft.bind(artifacts),
    settings: () => settings,
    events,
    log: logger,
    devRoot: options.devRoot ?? join(home, 'no-devices'),
  });
  const ffmpeg = new FfmpegRunner({ path: ffmpegPath, isThere: () => true, isBusy: () => false, lookMs: 50 });
  let wished = 0;
  const common = {
    db,
    clock,
    log: logger,
    settings: () => settings,
    artifacts,
    onWished: () => void wished++,
  };
  const work = new ProxyWork({ ...common, volume, ffmpeg, encoders });
  const planner = new ProxyPlanner({ ...common, events });
  const archive: ProxyArchive = {
    ...common,
    ...place,
    cache,
    settings,
    encoders,
    work,
    planner,
    played: [],
    wished: () => wished,
    url: '',
    add: (name, content, row) =>
      putClip(place, {
        name,
        content,
        startedAt: clock.now() - 3_600_000,
        row: { media_due: 0, ...row },
      }),
    row: (id) => db.selectFrom('clip').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  };
  const server = await serveArchive(archive);
  archive.close = async () => {
    await server.close();
    await planner.stop();
    await encoders.stop();
    await artifacts.stop();
    await place.close();
  };
  return archive;
}

async function serveArchive(archive: ProxyArchive) {
  const { db, volume, artifacts } = archive;
  const server = fastify({ forceCloseConnections: true });
  server.setErrorHandler(answerError);
  const onPlayed = (id: number) => void archive.played.push(id);
  archiveRoutes(server, {
    db,
    clips: new ClipRepository(),
    volume,
    onPlayed,
    mediaOf: mediaOfClips,
    onVolumeAccepted: () => undefined,
  });
  proxyRoutes(server, {
    db,
    artifacts,
    onPlayed,
    openArchived: (path) =>
      openClipFile(volume, volume.pathOf(path), { version: null, sizeBytes: null, mtimeMs: null }),
  });
  archive.url = await server.listen({ host: '127.0.0.1', port: 0 });
  return server;
}

const words = (options: string): string[] => options.split(' ');

/** Films a test picture; `options` are ffmpeg's for the output. */
export const film =
  (seconds: number, ...options: string[]) =>
  (path: string): Promise<unknown> =>
    run('ffmpeg', [
      ...words('-loglevel error -y -f lavfi -i'),
      `testsrc2=size=1280x720:rate=30:duration=${seconds}`,
      ...words(`-f lavfi -i sine=duration=${seconds} -shortest`),
      ...options,
      path,
    ]);

export const hevc = words('-c:v libx265 -preset ultrafast -x265-params log-level=none -c:a aac');

/** What ffprobe says of the streams of a file. */
export async function probe(path: string): Promise<{
  streams: Record<string, unknown>[];
  format: { duration: string };
}> {
  const { stdout } = await run('ffprobe', [
    ...words('-loglevel error -show_streams -show_format -of json'),
    path,
  ]);
  return JSON.parse(stdout) as Awaited<ReturnType<typeof probe>>;
}

/** Times of the key frames of a film, in seconds. */
export async function keyFrames(path: string): Promise<number[]> {
  const { stdout } = await run('ffprobe', [
    ...words(
      '-loglevel error -select_streams v:0 -skip_frame nokey -show_entries frame=pts_time -of csv=p=0',
    ),
    path,
  ]);
  return stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : Number.parseFloat(line)));
}
