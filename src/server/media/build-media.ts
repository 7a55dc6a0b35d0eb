import { join } from 'node:path';
import type { Events } from '../../shared/events.ts';
import type { MediaStatus } from '../../shared/media.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { Database } from '../db/open.ts';
import type { ProblemService } from '../health/problem-service.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Lifecycle } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { ArtifactStore } from './artifact-store.ts';
import { FactsWork } from './facts-work.ts';
import type { FfmpegProbe } from './ffmpeg-probe.ts';
import { FfmpegRunner } from './ffmpeg-runner.ts';
import { probeClip } from './ffprobe.ts';
import { MadeNews } from './made-news.ts';
import { MediaAhead } from './media-ahead.ts';
import { MediaRequests } from './media-requests.ts';
import type { MediaRouteDeps } from './media-routes.ts';
import { MediaService, type MediaPace } from './media-service.ts';
import { MediaStatusView } from './media-status.ts';
import type { Ffmpeg, MediaWork, PlaybackWatch } from './media-types.ts';
import { PictureWork } from './picture-work.ts';
import { Playback } from './playback-watch.ts';
import { repairedPathOf } from './repair-place.ts';

export interface MediaPartsDeps {
  db: Database;
  configDir: string;
  ffmpegPath: string;
  probe: Pick<FfmpegProbe, 'status' | 'hasWebp' | 'look'>;
  volume: ArchiveVolume;
  events: EventBus<Events>;
  clock: Clock;
  log: Logger;
  settings: () => Settings;
  problems: Pick<ProblemService, 'raise' | 'end'>;
  inBackground: (work: Promise<unknown>) => void;
  isDownloading: () => boolean;
  /** Repairs and small copies; made once, of what is handed over here. */
  work: (tools: MediaTools) => MediaWork[];
  encoders: () => Pick<MediaStatus, 'encoders' | 'encoder'>;
  pace?: Partial<MediaPace>;
  /** Of the disk of the cache, for tests. */
  freeBytes?: () => Promise<number>;
}

/** What those who make something of clips work with. */
export interface MediaTools {
  artifacts: ArtifactStore;
  ffmpeg: Ffmpeg;
  playback: PlaybackWatch;
  news: MadeNews;
  /** Something was asked for: it is looked for at once. */
  onWished: () => void;
}

export interface MediaParts extends MediaTools {
  service: MediaService;
  work: readonly MediaWork[];
  start(lifecycle: Lifecycle): Promise<void>;
  /** What its routes work with. */
  routes: MediaRouteDeps;
}

const fullProblem = 'media:cache';

/** What is made of clips, wired. */
export function buildMedia(deps: MediaPartsDeps): MediaParts {
  const { db, clock, volume, probe } = deps;
  const tools = buildTools(deps, { isBusy: () => service.isBusy(), onWished: () => service.nudgeAsked() });
  const { artifacts } = tools;
  const work = deps.work(tools);
  const pictures = buildPictures(deps, tools);
  const service: MediaService = buildService(deps, { ...tools, work, pictures });
  const lookForFfmpeg = () => probe.look();
  const requests = new MediaRequests({
    db,
    clock,
    artifacts,
    pictures,
    work,
    service,
    lookForFfmpeg,
    isFfmpegMissing: () => probe.status.state === 'missing',
  });
  const status = new MediaStatusView({ db, service, artifacts, work, encoders: deps.encoders });
  return {
    ...tools,
    service,
    work,
    async start(lifecycle) {
      await lifecycle.start('cache', artifacts);
      await lifecycle.start('media', service);
    },
    routes: { db, artifacts, volume, status, requests },
  };
}

function buildTools(
  { db, configDir, ffmpegPath, events, clock, log, settings, probe, freeBytes }: MediaPartsDeps,
  { isBusy, onWished }: { isBusy: () => boolean; onWished: () => void },
): MediaTools {
  const news = new MadeNews(events);
  const artifacts = new ArtifactStore({
    db,
    root: join(configDir, 'cache'),
    clock,
    log,
    settings,
    onChange: news.made.bind(news),
    ...(freeBytes && { freeBytes }),
  });
  const isThere = () => probe.status.state === 'found';
  const ffmpeg = new FfmpegRunner({ path: ffmpegPath, isThere, isBusy });
  return { artifacts, ffmpeg, playback: new Playback(clock), news, onWished };
}

function buildService(
  deps: MediaPartsDeps,
  made: MediaTools & { work: readonly MediaWork[]; pictures: PictureWork },
): MediaService {
  const { db, events, clock, log, settings, probe, volume, isDownloading } = deps;
  const { ffmpeg, artifacts, playback, news, pictures, work } = made;
  const facts = new FactsWork({
    db,
    volume,
    log,
    settings,
    artifacts,
    onChange: news.made.bind(news),
    probe: (file, signal) => probeClip(deps.ffmpegPath, file, signal),
  });
  return new MediaService({
    ffmpeg,
    artifacts,
    volume,
    events,
    clock,
    log,
    facts,
    pictures,
    work,
    news,
    playback,
    ahead: new MediaAhead({ db, settings }),
    isDownloading,
    lookForFfmpeg: () => probe.look(),
    onFull: (message) => deps.inBackground(tellFull(deps, message)),
    ...(deps.pace && { pace: deps.pace }),
  });
}

function buildPictures(deps: MediaPartsDeps, { artifacts, ffmpeg }: MediaTools): PictureWork {
  const { db, clock, log, settings, probe, volume } = deps;
  return new PictureWork({
    db,
    artifacts,
    ffmpeg,
    volume,
    clock,
    log,
    settings,
    hasWebp: () => probe.hasWebp,
    playableOf: async (clip) =>
      clip.repair === 'repaired' ? repairedPathOf(await artifacts.of(db, clip.id, 'repair')) : null,
  });
}

async function tellFull({ problems }: MediaPartsDeps, message: string | null): Promise<void> {
  if (message === null) return problems.end(fullProblem);
  await problems.raise({
    key: fullProblem,
    severity: 'warning',
    message: 'Pictures and small copies cannot be made: the disk of the configuration folder is full.',
    advice: 'Make room there. Recordings are fetched and kept all the same.',
  });
}
