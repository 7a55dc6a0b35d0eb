import type { Events } from '../shared/events.ts';
import type { AppOptions } from './app-options.ts';
import type { ArchiveVolume } from './archive/archive-volume.ts';
import type { ClipRepository } from './archive/clip-repository.ts';
import { clipView } from './archive/clip-view.ts';
import { archivePath, numberedPath } from './archive/layout.ts';
import { PartFile } from './archive/part-file.ts';
import { parseCameraAddress } from './camera/address.ts';
import type { CameraRepository } from './camera/camera-repository.ts';
import type { Camera } from './camera/camera.ts';
import { NovatekCamera } from './camera/novatek-camera.ts';
import type { Database } from './db/open.ts';
import type { ProblemService } from './health/problem-service.ts';
import { readBootId } from './lib/boot-id.ts';
import { AppError } from './lib/errors.ts';
import type { EventBus } from './lib/event-bus.ts';
import type { Lifecycle } from './lib/lifecycle.ts';
import type { Logger } from './lib/logger.ts';
import { neighbourMac } from './lib/neighbours.ts';
import type { CameraNameTimes } from './lib/zones.ts';
import type { SettingsService } from './settings/settings-service.ts';
import { CameraDeletions } from './sync/camera-deletions.ts';
import { CardForecaster } from './sync/card-forecaster.ts';
import { ClipFiler } from './sync/clip-filer.ts';
import { Connector } from './sync/connector.ts';
import { DownloadTask, type DownloadDeps } from './sync/download-task.ts';
import { FoundCheck } from './sync/found-check.ts';
import { defaultPace } from './sync/listing-pace.ts';
import { PartRepository } from './sync/part-repository.ts';
import { QueueActions } from './sync/queue-actions.ts';
import { QueuePages } from './sync/queue-pages.ts';
import { Reconciler } from './sync/reconciler.ts';
import { PlaceRules } from './sync/place-rules.ts';
import { RuleHolds, type RuleHoldsDeps } from './sync/rule-holds.ts';
import { SyncService } from './sync/sync-service.ts';
import { Triage } from './sync/triage.ts';
import { UndoStore } from './sync/undo-store.ts';
import { VisitLog } from './sync/visit-log.ts';
import { verdictOfBlock } from './tracks/gps-block.ts';
import { indexOfMoov } from './tracks/gps-index.ts';
import { readingOf } from './tracks/gps-reading.ts';
import { readTsGps } from './tracks/ts-gps.ts';
import type { TrackRepository } from './tracks/track-repository.ts';

export interface SyncPartsDeps {
  options: AppOptions;
  db: Database;
  events: EventBus<Events>;
  settings: SettingsService;
  clips: ClipRepository;
  cameras: CameraRepository;
  volume: ArchiveVolume;
  times: CameraNameTimes;
  problems: ProblemService;
  log: Logger;
  hold: () => string | null;
  room: DownloadDeps['room'];
  retainFrom: RuleHoldsDeps['retainFrom'];
  tracks: TrackRepository;
}

/** The sync engine, wired. */
export interface SyncParts {
  service: SyncService;
  actions: QueueActions;
  pages: QueuePages;
  deletions: CameraDeletions;
  /** Null in a run that ends by itself. */
  places: PlaceRules | null;
  triage: Triage | null;
  startTriage(lifecycle: Lifecycle): Promise<void>;
}

export function buildSync(deps: SyncPartsDeps): SyncParts {
  const { options, db, events, clips, cameras, volume, problems, log } = deps;
  const { clock } = options;
  const settings = () => deps.settings.values;
  const common = { db, clips, clock, events };
  const triage = buildTriage(deps);
  const undo = new UndoStore();
  const deletions = new CameraDeletions({ ...common, volume, settings, problems, log, undo });
  const ruleHolds = new RuleHolds({
    ...common,
    settings,
    ...(deps.retainFrom && { retainFrom: deps.retainFrom }),
  });
  const service = new SyncService({
    ...common,
    ...downloads(deps),
    cameras,
    problems,
    volume,
    log,
    deletions,
    ruleHolds,
    visits: new VisitLog({ db, clock, events }),
    forecaster: new CardForecaster({ db, clock }),
    settings,
    pace: { ...defaultPace, ...options.pace },
    pollMs: () => options.pollMs ?? settings().pollSeconds * 1000,
    connector: (row) =>
      new Connector({ row, db, cameras, clock, log, openCamera: cameraOpener(options), neighbourMac }),
    hold: deps.hold,
    watches: (row) => !options.once || [row.address, row.alternative_address].includes(options.once.address),
    choice: options.once?.choice ?? null,
    triage,
  });
  const places = buildPlaceRules(deps, service);
  const actions = new QueueActions({
    db,
    clips,
    clock,
    undo,
    settings,
    rulesOf: (cameraId) => service.rulesOf(cameraId),
    stopTransfer: (clipId) => service.stopTransfer(clipId),
    onChange: (daysByCamera) => service.queueChanged(daysByCamera),
  });
  const pages = new QueuePages({ ...common, settings, orders: () => service.orders(), clipView });
  return {
    service,
    actions,
    pages,
    deletions,
    places,
    triage,
    async startTriage(lifecycle) {
      if (triage) await lifecycle.start('triage', triage);
      if (places) await lifecycle.start('rules by place', places);
    },
  };
}

/** Tracks off the card before its clips; a run that ends by itself fetches clips and nothing else. */
function buildTriage({ options, db, settings, log, tracks }: SyncPartsDeps): Triage | null {
  if (options.once || options.triage === false) return null;
  const gps = { indexOfMoov, verdictOfBlock, readingOf, readTsGps };
  return new Triage({ db, clock: options.clock, log, settings: () => settings.values, tracks, gps });
}

function buildPlaceRules(deps: SyncPartsDeps, service: SyncService): PlaceRules | null {
  const { options, db, clips, events, log } = deps;
  if (options.once) return null;
  return new PlaceRules({
    db,
    clips,
    events,
    log,
    clock: options.clock,
    rulesOf: (cameraId) => service.rulesOf(cameraId),
    onChange: (daysByCamera) => service.queueChanged(daysByCamera),
  });
}

/** What brings a clip from the camera to its place. */
function downloads(deps: SyncPartsDeps) {
  const { options, db, clips, volume, times, log } = deps;
  const { clock } = options;
  const settings = () => deps.settings.values;
  const shared = { db, clips, parts: new PartRepository(), volume, clock };
  const task = new DownloadTask({
    ...shared,
    settings,
    bootId: readBootId(clock.now()),
    archivePath,
    numberedPath,
    openPart: (path, trusted) => PartFile.open(volume, path, trusted),
    ...(deps.room && { room: deps.room }),
  });
  const fetchPhotos = () => settings().fetchPhotos;
  return {
    task,
    parts: shared.parts,
    foundCheck: new FoundCheck({ db, clips, volume, log }),
    filer: new ClipFiler({ ...shared, task, times, log }),
    reconciler: new Reconciler({ db, clips, times, clock, fetchPhotos }),
  };
}

/** Opens the camera at an address as it is stored. */
export function cameraOpener({ cameraLimits }: AppOptions): (address: string, parallel?: number) => Camera {
  return (text, parallel = 1) => {
    const address = parseCameraAddress(text);
    if ('error' in address) throw new Error(address.error);
    return new NovatekCamera({ address, parallel, ...(cameraLimits && { limits: cameraLimits }) });
  };
}

/** An address as it is stored: with the port only when it is not 80, IPv6 in brackets. Throws an `AppError` that says what is wrong. */
export function readAddress(text: string): string {
  const address = parseCameraAddress(text);
  if ('error' in address)
    throw new AppError('invalid', address.error, [{ field: 'address', message: address.error }]);
  return address.hostHeader;
}
