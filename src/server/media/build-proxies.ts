import type { Events } from '../../shared/events.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Lifecycle } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { EncoderTest } from './encoder-test.ts';
import type { Artifacts, Ffmpeg } from './media-types.ts';
import { ProxyPlanner, type ProxyPace } from './proxy-planner.ts';
import { ProxyWork } from './proxy-work.ts';

export interface ProxyPartsDeps {
  db: Database;
  ffmpegPath: string;
  volume: ArchiveVolume;
  events: EventBus<Events>;
  clock: Clock;
  log: Logger;
  settings: () => Settings;
  inBackground: (work: Promise<unknown>) => void;
  pace?: Partial<ProxyPace>;
}

/** What small copies are made with; `MediaTools` is one. */
export interface ProxyTools {
  artifacts: Artifacts;
  ffmpeg: Ffmpeg;
  onWished: () => void;
}

export interface ProxyParts {
  work: ProxyWork;
  encoders: EncoderTest;
  /** Bytes of a clip were asked for. */
  opened: (clipId: number) => void;
  start: (lifecycle: Lifecycle) => Promise<void>;
}

/** Small copies, wired. */
export function buildProxies(deps: ProxyPartsDeps, tools: ProxyTools): ProxyParts {
  const { artifacts, ffmpeg } = tools;
  const encoders = new EncoderTest({
    ...deps,
    isThere: () => ffmpeg.isThere,
    draft: (kind, format) => artifacts.draft(kind, format),
  });
  const work = new ProxyWork({ ...deps, ...tools, encoders });
  const planner = new ProxyPlanner({ ...deps, ...tools });
  return {
    work,
    encoders,
    opened: (clipId) => deps.inBackground(work.opened(clipId)),
    async start(lifecycle) {
      await lifecycle.start('encoders', encoders);
      await lifecycle.start('small copies', planner);
    },
  };
}
