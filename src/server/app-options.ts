import type { Settings } from '../shared/settings.ts';
import type { CheckPace } from './archive/archive-check.ts';
import type { FilePort } from './archive/file-port.ts';
import type { HfsLimits } from './camera/hfs-limits.ts';
import type { Config } from './config.ts';
import type { Clock } from './lib/clock.ts';
import type { Logger, LogLevel } from './lib/logger.ts';
import type { LogBook } from './log/log-book.ts';
import type { JourneyPace } from './journeys/journey-service.ts';
import type { MediaPace } from './media/media-service.ts';
import type { ProxyPace } from './media/proxy-planner.ts';
import type { GeocodePace } from './places/geocode-service.ts';
import type { RetentionPace } from './retention/sweep-schedule.ts';
import type { MeasurePace } from './storage/measure-service.ts';
import type { ListingPace } from './sync/listing-pace.ts';
import type { RunChoice } from './sync/run-choice.ts';

/** A run that ends by itself: nothing listens, nobody can be asked, one camera is looked for. */
export interface RunOnce {
  /** As `parseCameraAddress` writes it. */
  address: string;
  /** The state is this camera's alone: a new address is a new address of the camera that is known. */
  ownsState: boolean;
  choice: RunChoice;
}

export interface AppOptions {
  config: Config;
  version: string;
  webRoot: string;
  clock: Clock;
  log: Logger;
  /** Where the page finds what the logger has written, and how its level is changed; without it the page finds nothing. */
  logs?: { book: LogBook; setLevel: (level: LogLevel) => void };
  /** Makes sure that a camera at this address is known (`--camera`). */
  cameraAddress?: string | undefined;
  once?: RunOnce;
  /** In force in the stead of what is stored, and never stored. */
  settingsOverride?: Partial<Settings>;
  /** Shorter waits, for tests. */
  pace?: Partial<ListingPace>;
  pollMs?: number;
  cameraLimits?: Partial<HfsLimits>;
  retentionPace?: Partial<RetentionPace>;
  measurePace?: Partial<MeasurePace>;
  journeyPace?: Partial<JourneyPace>;
  geocodePace?: Partial<GeocodePace>;
  checkPace?: Partial<CheckPace>;
  mediaPace?: Partial<MediaPace>;
  proxyPace?: Partial<ProxyPace>;
  /** False: no tracks are read off cameras, whatever the settings say. */
  triage?: boolean;
  volumeTimeoutMs?: number;
  /** How files of the archive are moved and deleted, for tests. */
  files?: FilePort;
  legacyRetryMs?: number;
  integrityDelayMs?: number;
  /** The text of `/proc/mounts`, for tests. */
  mounts?: string;
}
