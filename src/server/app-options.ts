import type { HfsLimits } from './camera/hfs-limits.ts';
import type { Config } from './config.ts';
import type { Clock } from './lib/clock.ts';
import type { Logger } from './lib/logger.ts';
import type { ListingPace } from './sync/camera-sync.ts';

export interface AppOptions {
  config: Config;
  version: string;
  webRoot: string;
  clock: Clock;
  log: Logger;
  /** Makes sure that a camera at this address is known (`--camera`). */
  cameraAddress?: string | undefined;
  /** Shorter waits, for tests. */
  pace?: Partial<ListingPace>;
  pollMs?: number;
  cameraLimits?: Partial<HfsLimits>;
  volumeTimeoutMs?: number;
  legacyRetryMs?: number;
  integrityDelayMs?: number;
  /** The text of `/proc/mounts`, for tests. */
  mounts?: string;
}
