import type { FastifyInstance } from 'fastify';
import { join } from 'node:path';
import type { Camera as CameraView } from '../shared/cameras.ts';
import type { Events } from '../shared/events.ts';
import { routes } from '../shared/routes.ts';
import type { SettingKey } from '../shared/settings.ts';
import { AccountService } from './accounts/account-service.ts';
import { AccessGate } from './accounts/gate.ts';
import { accountRoutes, readSessionToken } from './accounts/routes.ts';
import type { AppOptions } from './app-options.ts';
import { buildSync, cameraOpener, readAddress, type SyncParts } from './app-sync.ts';
import { ArchiveVolume } from './archive/archive-volume.ts';
import { ClipRepository } from './archive/clip-repository.ts';
import { archiveTotals } from './archive/day-repository.ts';
import { archiveRoutes, coverageRoutes, scanRoutes } from './archive/routes.ts';
import { ScanService } from './archive/scan-service.ts';
import { SidecarWriter } from './archive/sidecar-writer.ts';
import { CameraRepository } from './camera/camera-repository.ts';
import { CameraService } from './camera/camera-service.ts';
import { cameraRoutes } from './camera/routes.ts';
import { readAppState, writeAppState } from './db/app-state.ts';
import { BackupService } from './db/backup-service.ts';
import { IntegrityCheck } from './db/integrity-check.ts';
import { migrations } from './db/migrations.ts';
import { findLegacy, legacyFileName, retireLegacy } from './db/move-legacy.ts';
import { databaseFileName, type Database, type Journal } from './db/open.ts';
import type { DatabaseThreads } from './db/run-job.ts';
import { ProblemService } from './health/problem-service.ts';
import { healthRoutes } from './health/routes.ts';
import { SystemService } from './health/system-service.ts';
import { serveLive } from './http/live.ts';
import { openApi } from './http/openapi.ts';
import { createServer } from './http/server.ts';
import type { EventBus } from './lib/event-bus.ts';
import type { Lifecycle } from './lib/lifecycle.ts';
import type { Logger } from './lib/logger.ts';
import { ZonedTimes } from './lib/zones.ts';
import { FfmpegProbe } from './media/ffmpeg-probe.ts';
import { settingsRoutes } from './settings/routes.ts';
import type { SettingsService } from './settings/settings-service.ts';
import { startupView } from './startup/routes.ts';
import type { StartupState } from './startup/startup-state.ts';
import type { QueuePlace } from './sync/queue-order.ts';
import { syncRoutes } from './sync/routes.ts';
import { visitRoutes } from './sync/visit-routes.ts';

export interface AppPartsDeps {
  options: AppOptions;
  db: Database;
  events: EventBus<Events>;
  settings: SettingsService;
  state: StartupState;
  threads: DatabaseThreads;
  setupCode: string;
  /** Only this machine can reach the page. */
  loopbackOnly: boolean;
  journal: Journal;
  integrityDelayMs: number;
  onDamage: (message: string) => void;
}

/** What the rules and the order of downloads depend on. */
const orderingKeys: ReadonlySet<SettingKey> = new Set(['downloadOrder', 'frontFirst', 'fetchMaxAgeDays']);
const volumeProblem = 'archive:volume';
const backupProblem = 'database:backup';
const legacyProblem = 'database:legacy';

/** Everything that works on an open database, wired. */
export class AppParts {
  readonly db: Database;
  readonly problems: ProblemService;
  readonly volume: ArchiveVolume;
  readonly accounts: AccountService;
  private readonly deps: AppPartsDeps;
  private readonly times: ZonedTimes;
  private readonly clips = new ClipRepository();
  private readonly cameraRows = new CameraRepository();
  private readonly cameras: CameraService;
  private readonly sync: SyncParts;
  private readonly ffmpeg: FfmpegProbe;
  private readonly backups: BackupService;
  private readonly integrity: IntegrityCheck;
  private readonly scan: ScanService;
  private readonly sidecars: SidecarWriter;
  private readonly system: SystemService;

  constructor(deps: AppPartsDeps) {
    const { options, db, events } = deps;
    this.deps = deps;
    this.db = db;
    this.times = new ZonedTimes(options.config.zone);
    this.problems = new ProblemService({
      db,
      clock: options.clock,
      log: this.log('health'),
      onChange: () => events.emit('problems.changed', {}),
    });
    this.accounts = new AccountService({
      db,
      clock: options.clock,
      log: this.log('accounts'),
      setupCode: deps.setupCode,
      loopbackOnly: deps.loopbackOnly,
      onSetUp: () => this.inBackground(deps.settings.note('$passwordSet')),
    });
    this.volume = this.buildVolume();
    this.scan = this.buildScan();
    this.sidecars = new SidecarWriter({
      db,
      events,
      clips: this.clips,
      volume: this.volume,
      log: this.log('archive'),
    });
    this.sync = this.buildSync();
    this.cameras = new CameraService({
      db,
      cameras: this.cameraRows,
      clock: options.clock,
      openCamera: cameraOpener(options),
      runtimeOf: (id) => this.sync.service.runtimeOf(id),
      onRosterChange: (id) => this.sync.service.reload(id),
      onRulesChange: (id) => this.sync.service.rulesChanged(id),
      onRename: (id) => this.inBackground(this.sync.service.renamed(id)),
    });
    this.ffmpeg = new FfmpegProbe({
      path: options.config.ffmpegPath,
      log: this.log('media'),
      onChange: () => events.emit('archive.changed', {}),
    });
    this.backups = this.buildBackups();
    this.integrity = this.buildIntegrity();
    this.system = this.buildSystem();
  }

  private log(module: string): Logger {
    return this.deps.options.log.child({ module });
  }

  settingsChanged(keys: readonly SettingKey[]): void {
    this.volume.reconsider();
    if (keys.some((key) => orderingKeys.has(key))) this.inBackground(this.sync.service.rulesChanged());
    this.sync.service.wake();
  }

  /** Everything that may be slow: begun after the page answers, shown while it is under way, stopped when told. */
  async start(lifecycle: Lifecycle, warnings: readonly string[]): Promise<void> {
    const { cameraAddress } = this.deps.options;
    await lifecycle.start('archive volume', this.volume);
    await lifecycle.start('ffmpeg probe', this.ffmpeg);
    await lifecycle.start('backups', this.backups);
    // Without a write-ahead log, reading all of it would keep everybody from writing: there a backup's reading serves.
    if (this.deps.journal === 'wal') await lifecycle.start('integrity check', this.integrity);
    await lifecycle.start('sync', this.sync.service);
    // Before the scan: the clips it finds are this camera's.
    if (cameraAddress !== undefined) await this.cameras.ensure(cameraAddress);
    await lifecycle.start('sidecars', this.sidecars);
    await lifecycle.start('scan', this.scan);
    void this.volume.check().then(() => this.sync.service.nudge());
    this.inBackground(this.finishMove(warnings));
  }

  ensureCamera(camera: { address: string; alternativeAddress: string | null }): Promise<void> {
    return this.cameras.ensure(camera.address, camera.alternativeAddress);
  }

  /** What is going on, for who runs the program without its page. */
  async view(): Promise<{ cameras: CameraView[]; places: QueuePlace[] }> {
    const places = await Promise.all(this.sync.service.orders().map((order) => order.places()));
    return { cameras: await this.cameras.list(), places: places.flat() };
  }

  /** Another folder is the archive from now on: what lies there is not known. */
  private volumeAccepted(): void {
    if (this.volume.status.state === 'ready') this.scan.scan({ holdsDownloads: true });
    this.sync.service.nudge();
  }

  private inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.log('app').error({ err: error }, 'background work failed'));
  }

  /** The legacy file that was taken over gets its other name; what was odd about the move is shown. */
  private async finishMove(warnings: readonly string[]): Promise<void> {
    const { configDir, recordings } = this.deps.options.config;
    const { volume } = this;
    const warning = await retireLegacy(configDir, recordings, (what, call) => volume.run(what, call));
    if (warning !== null) this.log('db').warn(warning);
    const all = [...warnings, ...(warning === null ? [] : [warning])];
    const left = all.length === 0 && (await this.legacyIsLeft(recordings));
    if (left) {
      all.push(
        `A state database of an earlier version lies at ${recordings}/${legacyFileName}. It is not used: the one in ${configDir} was there already.`,
      );
    }
    if (all.length === 0) return this.problems.end(legacyProblem);
    await this.problems.raise({
      key: legacyProblem,
      severity: 'warning',
      message: all.join(' '),
      advice: left
        ? `If something is missing here: stop, move ${databaseFileName} out of ${configDir}, start again, and it is taken over. Otherwise rename or delete it.`
        : 'Nothing more is needed if everything is there.',
    });
  }

  private async legacyIsLeft(recordings: string): Promise<boolean> {
    try {
      const place = await this.volume.run('looking for an old state file', () => findLegacy(recordings));
      return place.kind === 'present';
    } catch {
      // The volume does not answer, and says so itself.
      return false;
    }
  }

  private buildVolume(): ArchiveVolume {
    const { options, db, events } = this.deps;
    const log = this.log('archive');
    const tell = async (message: string | null) =>
      message === null
        ? this.problems.end(volumeProblem)
        : this.problems.raise({ key: volumeProblem, severity: 'error', message });
    return new ArchiveVolume({
      root: options.config.recordings,
      clock: options.clock,
      log,
      ...(options.volumeTimeoutMs !== undefined && { timeoutMs: options.volumeTimeoutMs }),
      readMarkerId: () => readAppState(db, 'archive.marker'),
      writeMarkerId: (id) => writeAppState(db, 'archive.marker', id),
      knownClips: async () => (await archiveTotals(db)).clips,
      onChange: (status) => {
        events.emit('archive.changed', {});
        this.inBackground(tell(status.message));
      },
    });
  }

  private buildScan(): ScanService {
    const { options, db, events } = this.deps;
    return new ScanService({
      db,
      events,
      clips: this.clips,
      volume: this.volume,
      times: this.times,
      clock: options.clock,
      log: this.log('archive'),
      onReleased: () => this.sync.service.ledgerChanged(),
    });
  }

  private buildSync(): SyncParts {
    const { options, db, settings, events } = this.deps;
    const { clips, volume, times, problems, cameraRows: cameras } = this;
    const hold = () => this.scan.hold();
    const log = this.log('sync');
    return buildSync({ options, db, events, settings, clips, cameras, volume, times, problems, log, hold });
  }

  private buildBackups(): BackupService {
    const { options, events } = this.deps;
    const tell = (error: string | null) =>
      error === null
        ? this.problems.end(backupProblem)
        : this.problems.raise({
            key: backupProblem,
            severity: 'warning',
            message: `The database could not be backed up: ${error}.`,
            advice: 'Free some space on the disk of CONFIG_DIR, or mend the rights of its folder backups.',
          });
    return new BackupService({
      configDir: options.config.configDir,
      clock: options.clock,
      times: this.times,
      threads: this.deps.threads,
      log: this.log('db'),
      onChange: () => events.emit('system.changed', {}),
      onOutcome: (error) => this.inBackground(tell(error)),
    });
  }

  private buildIntegrity(): IntegrityCheck {
    const { options, events, integrityDelayMs, onDamage } = this.deps;
    return new IntegrityCheck({
      path: this.databasePath,
      threads: this.deps.threads,
      clock: options.clock,
      log: this.log('db'),
      delayMs: integrityDelayMs,
      onChange: () => events.emit('system.changed', {}),
      onDamage,
    });
  }

  private get databasePath(): string {
    return join(this.deps.options.config.configDir, databaseFileName);
  }

  private buildSystem(): SystemService {
    const { options, db, journal } = this.deps;
    return new SystemService({
      db,
      version: options.version,
      startedAt: options.clock.now(),
      databasePath: this.databasePath,
      journal,
      schema: Object.keys(migrations).at(-1) ?? '',
      integrity: () => this.integrity.status,
      backups: () => this.backups.status,
      scan: () => this.scan.status,
    });
  }

  /** The HTTP server of the open program; it does not listen by itself (front.ts). */
  async createServer(): Promise<FastifyInstance> {
    const { options, db, events, settings } = this.deps;
    const { accounts, clips, volume, sync } = this;
    const gate = new AccessGate({ access: (token) => accounts.access(token), readToken: readSessionToken });
    const server = await createServer({
      webRoot: options.webRoot,
      isDevelopment: options.config.isDevelopment,
      isStarting: false,
      gate,
      log: this.log('http'),
    });
    accountRoutes(server, { service: accounts });
    archiveRoutes(server, { db, clips, volume, onVolumeAccepted: () => this.volumeAccepted() });
    scanRoutes(server, { scan: this.scan });
    cameraRoutes(server, { service: this.cameras });
    syncRoutes(server, { ...sync, readAddress });
    visitRoutes(server, { db });
    coverageRoutes(server, { db });
    settingsRoutes(server, { service: settings });
    this.healthRoutes(server);
    serveLive(server, { events, gate });
    const document = openApi(routes, options.version);
    server.get('/api/openapi.json', () => document);
    await server.ready();
    return server;
  }

  private healthRoutes(server: FastifyInstance): void {
    const { options, db, state } = this.deps;
    healthRoutes(server, {
      version: options.version,
      zone: options.config.zone,
      startedAt: options.clock.now(),
      clock: options.clock,
      problems: this.problems,
      cameras: () => this.cameras.list(),
      syncSummary: () => this.sync.service.summary(),
      volumeStatus: () => this.volume.status,
      archiveTotals: () => archiveTotals(db),
      ffmpeg: () => this.ffmpeg.status,
      system: () => this.system.view(),
      backUp: () => this.backups.backUp(),
      startup: async (cookie) =>
        startupView(
          { clock: options.clock, state, needsCode: false },
          await this.accounts.access(readSessionToken(cookie)),
        ),
    });
  }
}
