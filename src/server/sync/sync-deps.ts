import type { Events } from '../../shared/events.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { CameraRepository } from '../camera/camera-repository.ts';
import type { CameraRow } from '../db/schema.ts';
import type { Database } from '../db/open.ts';
import type { ProblemService } from '../health/problem-service.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Logger } from '../lib/logger.ts';
import type { CameraDeletions } from './camera-deletions.ts';
import type { CardForecaster } from './card-forecaster.ts';
import type { ClipFiler } from './clip-filer.ts';
import type { Connector } from './connector.ts';
import type { DownloadTask } from './download-task.ts';
import type { FoundCheck } from './found-check.ts';
import type { ListingPace } from './listing-pace.ts';
import type { PartRepository } from './part-repository.ts';
import type { Reconciler } from './reconciler.ts';
import type { RuleHolds } from './rule-holds.ts';
import type { RunChoice } from './run-choice.ts';
import type { Triage } from './triage.ts';
import type { VisitLog } from './visit-log.ts';

/** What the sync of every camera works with. */
export interface SyncDeps {
  db: Database;
  clips: ClipRepository;
  parts: PartRepository;
  cameras: CameraRepository;
  problems: ProblemService;
  volume: ArchiveVolume;
  reconciler: Reconciler;
  foundCheck: FoundCheck;
  task: DownloadTask;
  filer: ClipFiler;
  visits: VisitLog;
  forecaster: CardForecaster;
  deletions: CameraDeletions;
  ruleHolds: RuleHolds;
  events: EventBus<Events>;
  clock: Clock;
  log: Logger;
  pace: ListingPace;
  settings: () => Settings;
  /** How often an absent or idle camera is looked for. */
  pollMs: () => number;
  connector: (row: CameraRow) => Connector;
  isPaused: () => boolean;
  /** Whether a camera is looked for at all; a run for one camera leaves the others alone. */
  watches: (row: CameraRow) => boolean;
  /** What this run fetches of what is wanted; null: all of it, in the order of the settings. */
  choice: RunChoice | null;
  /** Why nothing is to be fetched yet although the volume is ready; null when it may. */
  hold: () => string | null;
  /** Reads tracks off the card before its clips; null or left out: nobody does. */
  triage?: Triage | null;
}
