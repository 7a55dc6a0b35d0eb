import type { FastifyInstance } from 'fastify';
import type { Events } from '../shared/events.ts';
import { routes } from '../shared/routes.ts';
import type { SettingsInForceView } from '../shared/settings-answer.ts';
import type { AccountService } from './accounts/account-service.ts';
import { AccessGate } from './accounts/gate.ts';
import { accountRoutes, readSessionToken } from './accounts/routes.ts';
import type { StartZone } from './accounts/set-up-plan.ts';
import { setUpRoutes } from './accounts/set-up-routes.ts';
import { SetUpService } from './accounts/set-up-service.ts';
import { VolumeChecks } from './accounts/volume-checks.ts';
import type { CareParts } from './app-care.ts';
import type { JourneyParts } from './app-journeys.ts';
import type { MediaAppParts } from './app-media.ts';
import type { AppOptions } from './app-options.ts';
import type { RetentionParts } from './app-retention.ts';
import { readAddress, type SyncParts } from './app-sync.ts';
import type { ArchiveVolume } from './archive/archive-volume.ts';
import type { ClipRepository } from './archive/clip-repository.ts';
import { archiveTotals } from './archive/day-repository.ts';
import { archiveRoutes, coverageRoutes, scanRoutes } from './archive/routes.ts';
import type { ScanService } from './archive/scan-service.ts';
import { parseCameraAddress } from './camera/address.ts';
import type { CameraService } from './camera/camera-service.ts';
import { cameraRoutes } from './camera/routes.ts';
import type { BackupService } from './db/backup-service.ts';
import type { IntegrityCheck } from './db/integrity-check.ts';
import { readMounts } from './db/network-fs.ts';
import type { Database } from './db/open.ts';
import type { ProblemService } from './health/problem-service.ts';
import { healthRoutes } from './health/routes.ts';
import type { SystemService } from './health/system-service.ts';
import { serveLive } from './http/live.ts';
import { openApi } from './http/openapi.ts';
import { mapOriginOf } from './http/page-policy.ts';
import { createServer } from './http/server.ts';
import type { EventBus } from './lib/event-bus.ts';
import { jobReporters } from './jobs/job-reporters.ts';
import { Jobs } from './jobs/jobs.ts';
import { jobRoutes } from './jobs/routes.ts';
import type { Logger } from './lib/logger.ts';
import { LogBook } from './log/log-book.ts';
import { logRoutes } from './log/routes.ts';
import { removalRoutes } from './retention/removal-routes.ts';
import { retentionRoutes } from './retention/retention-routes.ts';
import { settingsRoutes } from './settings/routes.ts';
import type { SettingsService } from './settings/settings-service.ts';
import { startupView } from './startup/routes.ts';
import type { StartupState } from './startup/startup-state.ts';
import { storageRoutes } from './storage/storage-routes.ts';
import { supportRoutes } from './support/routes.ts';
import { SupportBundles } from './support/support-bundle.ts';
import { syncRoutes } from './sync/routes.ts';
import { visitRoutes } from './sync/visit-routes.ts';

export interface AppServerParts {
  options: AppOptions;
  db: Database;
  events: EventBus<Events>;
  settings: SettingsService;
  state: StartupState;
  volume: ArchiveVolume;
  scan: ScanService;
  accounts: AccountService;
  clips: ClipRepository;
  cameras: CameraService;
  retention: RetentionParts;
  journeys: JourneyParts;
  media: MediaAppParts;
  care: CareParts;
  sync: SyncParts;
  problems: ProblemService;
  system: SystemService;
  backups: BackupService;
  integrity: IntegrityCheck;
  log: Logger;
  isKnownHost: (hostname: string) => boolean;
  startZone: StartZone;
  settingsInForce: () => SettingsInForceView;
  onBeginAnew: () => void;
  /** The recordings folder was accepted as it is. */
  onVolumeAccepted: () => void;
  /** What was refused its room may have it now. */
  onRoomMayBe: () => void;
}

/** The HTTP server of the open program; it does not listen by itself (front.ts). */
export async function createAppServer(parts: AppServerParts): Promise<FastifyInstance> {
  const { options, db, events, settings, accounts, clips, volume, sync, media, care, journeys } = parts;
  const gate = new AccessGate({ access: (token) => accounts.access(token), readToken: readSessionToken });
  const whenSessionsEnd = (listener: () => void) => accounts.whenSessionsEnd(listener);
  const server = await createServer({
    webRoot: options.webRoot,
    isDevelopment: options.config.isDevelopment,
    isStarting: false,
    gate,
    whenSessionsEnd,
    trustProxy: options.config.trustProxy,
    isKnownHost: parts.isKnownHost,
    mapOrigin: () => mapOriginOf(settings.values),
    log: parts.log,
  });
  const { mediaOf, onPlayed } = media;
  const { onVolumeAccepted } = parts;
  accountRoutes(server, { service: accounts });
  setUpRoutes(server, { service: setUpService(parts) });
  archiveRoutes(server, { db, clips, volume, mediaOf, onPlayed, onVolumeAccepted });
  scanRoutes(server, { scan: parts.scan });
  cameraRoutes(server, { service: parts.cameras });
  syncRoutes(server, { ...sync, readAddress });
  visitRoutes(server, { db });
  coverageRoutes(server, { db });
  serveRetention(server, parts);
  journeys.serve(server);
  media.serve(server);
  await care.serve(server);
  settingsRoutes(server, { service: settings, inForce: parts.settingsInForce });
  serveHealth(server, parts);
  const book = options.logs?.book ?? new LogBook({ folder: null });
  serveHelp(server, parts, book);
  serveLive(server, { events, gate, whenSessionsEnd, tailLog: (listener) => book.tail(listener) });
  const document = openApi(routes, options.version);
  server.get('/api/openapi.json', () => document);
  await server.ready();
  return server;
}

function setUpService(parts: AppServerParts): SetUpService {
  const { options, db, accounts, settings, cameras, volume, isKnownHost, startZone, onBeginAnew, log } =
    parts;
  const { configDir, recordings, zone: zoneInForce } = options.config;
  return new SetUpService({
    db,
    accounts,
    settings,
    cameras,
    volumes: new VolumeChecks({ volume, configDir, mounts: options.mounts }),
    readAddress: (text) => {
      const address = parseCameraAddress(text);
      return 'error' in address ? null : address.hostHeader;
    },
    isKnownHost,
    zone: startZone,
    zoneInForce,
    recordings,
    configDir,
    log,
    onBeginAnew,
    awaitStart: () => parts.sync.service.awaitStart(),
  });
}

function serveRetention(server: FastifyInstance, parts: AppServerParts): void {
  const { db, options, clips } = parts;
  const { remover, removals, service, storage, measure } = parts.retention;
  retentionRoutes(server, { service });
  storageRoutes(server, { storage, measure });
  removalRoutes(server, {
    db,
    remover,
    service: removals,
    clips,
    clock: options.clock,
    onChange: parts.onRoomMayBe,
  });
}

/** The log, what works in the background, and what is sent to who helps. */
function serveHelp(server: FastifyInstance, parts: AppServerParts, book: LogBook): void {
  const { options, db, settings, cameras, sync, volume, media, system, scan, care, journeys } = parts;
  const { clock, version, mounts } = options;
  const { zone, configDir, recordings } = options.config;
  const syncSummary = () => sync.service.summary();
  const jobs = new Jobs({
    log: parts.log,
    reporters: jobReporters({
      clock,
      syncSummary,
      imports: care.imports,
      parcels: journeys.parcels,
      scan,
      refile: care.refile,
      retention: parts.retention.service,
      check: care.check,
      tracks: journeys.trackService,
      journeys: journeys.service,
      mediaStatus: media.status,
      measure: parts.retention.measure,
      backups: parts.backups,
      integrity: parts.integrity,
    }),
  });
  const bundles = new SupportBundles({
    db,
    clock,
    version,
    zone,
    configDir,
    recordings,
    mounts: () => mounts ?? readMounts(),
    settings: () => settings.values,
    changed: () => settings.changed,
    system: () => system.view(),
    cameras: () => cameras.list(),
    syncSummary,
    volume: () => volume.status,
    mediaStatus: media.status,
    jobs: () => jobs.list(),
    log: (count) => book.last(count),
  });
  logRoutes(server, { book });
  jobRoutes(server, { jobs });
  supportRoutes(server, { bundles });
}

function serveHealth(server: FastifyInstance, parts: AppServerParts): void {
  const { options, db, state, problems, cameras, sync, volume, retention, media, system } = parts;
  healthRoutes(server, {
    version: options.version,
    zone: options.config.zone,
    startedAt: options.clock.now(),
    clock: options.clock,
    problems,
    cameras: () => cameras.list(),
    syncSummary: () => sync.service.summary(),
    volumeStatus: () => volume.status,
    archiveTotals: () => archiveTotals(db),
    retentionState: () => retention.service.stateNow,
    ffmpeg: () => media.ffmpeg.status,
    system: () => system.view(),
    backUp: () => parts.backups.backUp(),
    startup: async (cookie) =>
      startupView(
        { clock: options.clock, state, needsCode: false },
        await parts.accounts.access(readSessionToken(cookie)),
      ),
  });
}
