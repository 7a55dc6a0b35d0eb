import type { FastifyInstance } from 'fastify';
import type { Events } from '../shared/events.ts';
import type { Settings } from '../shared/settings.ts';
import type { AppOptions } from './app-options.ts';
import type { RetentionParts } from './app-retention.ts';
import { ArchiveCheck } from './archive/archive-check.ts';
import { ArchiveVolume } from './archive/archive-volume.ts';
import { tellsOfChanges } from './archive/archive-watch-policy.ts';
import { ArchiveWatch } from './archive/archive-watch.ts';
import { momentAmong } from './archive/capture-place-plan.ts';
import { captureAndSiblings } from './archive/capture-repository.ts';
import type { ClipRepository } from './archive/clip-repository.ts';
import { checkRoutes } from './archive/check-routes.ts';
import { PartFile } from './archive/part-file.ts';
import { refileRoutes } from './archive/refile-routes.ts';
import { RefileService } from './archive/refile-service.ts';
import { planScan } from './archive/scan-plan.ts';
import { rowsOf } from './archive/scan-repository.ts';
import type { ScanService } from './archive/scan-service.ts';
import type { Database } from './db/open.ts';
import { parseMounts, readMounts } from './db/network-fs.ts';
import { importRoutes } from './import/import-routes.ts';
import type { ProblemService } from './health/problem-service.ts';
import { ImportService } from './import/import-service.ts';
import type { EventBus } from './lib/event-bus.ts';
import type { Lifecycle } from './lib/lifecycle.ts';
import type { Logger } from './lib/logger.ts';
import type { CameraNameTimes } from './lib/zones.ts';

export interface CarePartsDeps {
  options: AppOptions;
  db: Database;
  events: EventBus<Events>;
  settings: () => Settings;
  clips: ClipRepository;
  times: CameraNameTimes;
  volume: ArchiveVolume;
  scan: ScanService;
  retention: RetentionParts;
  problems: ProblemService;
  isDownloading: () => boolean;
  isPlaying: () => boolean;
  log: (module: string) => Logger;
  /** A clip that was wanted from a camera is here. */
  onWantedChanged: () => void;
}

/** What else is done with the archive's files: moving them into another layout, taking in those of other folders. */
export interface CareParts {
  refile: RefileService;
  imports: ImportService;
  check: ArchiveCheck;
  start(lifecycle: Lifecycle): Promise<void>;
  serve(app: FastifyInstance): Promise<void>;
}

export function buildCare(deps: CarePartsDeps): CareParts {
  const refile = buildRefile(deps);
  const imports = buildImports(deps);
  const check = buildCheck(deps, refile);
  const watch = buildWatch(deps, refile);
  return {
    refile,
    imports,
    check,
    async start(lifecycle) {
      await lifecycle.start('re-filing', refile);
      await lifecycle.start('imports', imports);
      await lifecycle.start('check of files', check);
      await lifecycle.start('watch', watch);
    },
    async serve(app) {
      refileRoutes(app, { refile });
      checkRoutes(app, { check });
      await importRoutes(app, { service: imports });
    },
  };
}

function buildRefile({ options, db, events, settings, volume, scan, retention, log }: CarePartsDeps) {
  return new RefileService({
    db,
    volume,
    events,
    settings,
    mover: retention.remover.mover,
    clock: options.clock,
    log: log('archive'),
    isScanning: () => scan.hold() !== null || scan.status.state === 'running',
    onSettled: () => retention.removals.nudge(),
  });
}

/** Folders that the file system tells of are watched; of others the stamps are looked at. */
function buildWatch(deps: CarePartsDeps, refile: RefileService): ArchiveWatch {
  const { options, db, volume, scan, events, isDownloading } = deps;
  const mounts = options.mounts ?? readMounts();
  return new ArchiveWatch({
    db,
    volume,
    scan,
    events,
    log: deps.log('archive'),
    isLocal: () => tellsOfChanges(volume.root, parseMounts(mounts)),
    isBusy: () => isDownloading() || refile.status.state === 'running',
  });
}

function buildCheck(deps: CarePartsDeps, refile: RefileService): ArchiveCheck {
  const { options, scan } = deps;
  return new ArchiveCheck({
    ...deps,
    clock: options.clock,
    log: deps.log('archive'),
    isBusy: () => scan.status.state === 'running' || refile.status.state === 'running',
    ...(options.checkPace && { pace: options.checkPace }),
  });
}

function buildImports(deps: CarePartsDeps): ImportService {
  const { options, db, events, settings, clips, times, volume, retention } = deps;
  const { clock } = options;
  const log = deps.log('import');
  return new ImportService({
    db,
    clips,
    volume,
    events,
    clock,
    times,
    log,
    settings,
    ledger: { planScan, rowsOf, captureAndSiblings, momentAmong },
    openPart: (path, trustedBytes) => PartFile.open(volume, path, trustedBytes),
    openSource: (root) => sourceVolume(root, { clock, log }),
    room: retention.room,
    retainFrom: retention.retainFrom,
    onWantedChanged: deps.onWantedChanged,
    ...(options.mounts !== undefined && { mounts: options.mounts }),
  });
}

/** A folder that is only read: no marker is looked for, nothing is written. */
function sourceVolume(root: string, { clock, log }: { clock: AppOptions['clock']; log: Logger }) {
  return new ArchiveVolume({
    root,
    clock,
    log,
    readOnly: true,
    knownClips: async () => 0,
    readMarkerId: async () => null,
    writeMarkerId: async () => undefined,
    onChange: () => undefined,
  });
}
