import type { Settings } from '../shared/settings.ts';
import type { FilePort } from './archive/file-port.ts';
import type { HfsLimits } from './camera/hfs-limits.ts';
import type { Config } from './config.ts';
import type { Clock } from './lib/clock.ts';
import type { Logger } from './lib/logger.ts';
import type { JourneyPace } from './journeys/journey-service.ts';
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
