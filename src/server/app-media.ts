import type { FastifyInstance } from 'fastify';
import type { ClipMedia, MediaStatus } from '../shared/media.ts';
import type { Events } from '../shared/events.ts';
import type { Settings } from '../shared/settings.ts';
import type { AppOptions } from './app-options.ts';
import { openClipFile } from './archive/clip-file.ts';
import type { ArchiveVolume } from './archive/archive-volume.ts';
import type { Database, Db } from './db/open.ts';
import type { ProblemService } from './health/problem-service.ts';
import type { EventBus } from './lib/event-bus.ts';
import type { Lifecycle } from './lib/lifecycle.ts';
import type { Logger } from './lib/logger.ts';
import { buildMedia } from './media/build-media.ts';
import { buildProxies, type ProxyParts } from './media/build-proxies.ts';
import { mediaOfClips, type ClipForMedia } from './media/clip-media.ts';
import { FfmpegProbe } from './media/ffmpeg-probe.ts';
import { FrameGrabber } from './media/frame-grabber.ts';
import { frameRoutes } from './media/frame-routes.ts';
import { mediaRoutes } from './media/media-routes.ts';
import type { PlaybackWatch } from './media/media-types.ts';
import { proxyRoutes } from './media/proxy-routes.ts';
import { RepairWork } from './media/repair-work.ts';

export interface MediaAppDeps {
  options: AppOptions;
  db: Database;
  events: EventBus<Events>;
  settings: () => Settings;
  volume: ArchiveVolume;
  problems: ProblemService;
  log: Logger;
  inBackground: (work: Promise<unknown>) => void;
  isDownloading: () => boolean;
}

/** What the rest of the program needs of it. */
export interface MediaAppParts {
  ffmpeg: FfmpegProbe;
  playback: PlaybackWatch;
  mediaOf: (db: Db, rows: readonly ClipForMedia[]) => Promise<ReadonlyMap<number, ClipMedia>>;
  status: () => Promise<MediaStatus>;
  /** Bytes of a clip, or of what stands for it, were asked for. */
  onPlayed: (clipId: number) => void;
  start(lifecycle: Lifecycle): Promise<void>;
  serve(app: FastifyInstance): void;
}

const unknownFile = { version: null, sizeBytes: null, mtimeMs: null };

/** Pictures, small copies and repairs of clips, wired. */
export function buildMediaApp(deps: MediaAppDeps): MediaAppParts {
  const { options, db, events, volume, log } = deps;
  const { clock, config } = options;
  const { configDir, ffmpegPath } = config;
  const probe = new FfmpegProbe({
    path: ffmpegPath,
    log,
    onChange: () => events.emit('archive.changed', {}),
  });
  const built: { proxies?: ProxyParts } = {};
  const media = buildMedia({
    ...deps,
    clock,
    configDir,
    ffmpegPath,
    probe,
    work: (tools) => {
      const proxies = buildProxies(
        { ...deps, clock, ffmpegPath, ...(options.proxyPace && { pace: options.proxyPace }) },
        tools,
      );
      built.proxies = proxies;
      return [new RepairWork({ ...deps, clock, ...tools }), proxies.work];
    },
    encoders: () => built.proxies?.encoders.status ?? { encoders: [], encoder: null },
    ...(options.mediaPace && { pace: options.mediaPace }),
  });
  const onPlayed = (clipId: number) => {
    media.playback.served(clipId);
    built.proxies?.opened(clipId);
  };
  const frames = new FrameGrabber({ ...deps, ...media });
  return {
    ffmpeg: probe,
    playback: media.playback,
    mediaOf: mediaOfClips,
    status: () => media.routes.status.read(),
    onPlayed,
    async start(lifecycle) {
      await built.proxies?.start(lifecycle);
      await media.start(lifecycle);
      await lifecycle.start('frames', frames);
    },
    serve(app) {
      mediaRoutes(app, media.routes);
      frameRoutes(app, { db, artifacts: media.artifacts, frames, onPlayed });
      proxyRoutes(app, {
        db,
        artifacts: media.artifacts,
        openArchived: (path) => openClipFile(volume, volume.pathOf(path), unknownFile),
        onPlayed,
      });
    },
  };
}
