import type { Events } from '../../shared/events.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { CameraRepository } from '../camera/camera-repository.ts';
import type { Camera } from '../camera/camera.ts';
import type { Database } from '../db/open.ts';
import type { ProblemService } from '../health/problem-service.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Logger } from '../lib/logger.ts';
import type { ListingPace } from './camera-sync.ts';
import type { ClipFiler } from './clip-filer.ts';
import type { DownloadTask } from './download-task.ts';
import type { FoundCheck } from './found-check.ts';
import type { Reconciler } from './reconciler.ts';

/** What the sync of every camera works with. */
export interface SyncDeps {
  db: Database;
  clips: ClipRepository;
  cameras: CameraRepository;
  problems: ProblemService;
  volume: ArchiveVolume;
  reconciler: Reconciler;
  foundCheck: FoundCheck;
  task: DownloadTask;
  filer: ClipFiler;
  events: EventBus<Events>;
  clock: Clock;
  log: Logger;
  pace: ListingPace;
  /** How often an absent or idle camera is looked for. */
  pollMs(): number;
  openCamera(address: string): Camera;
  isPaused(): boolean;
  /** Why nothing is to be fetched yet although the volume is ready; null when it may. */
  hold(): string | null;
}
