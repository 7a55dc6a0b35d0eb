import type { FastifyInstance } from 'fastify';
import { join } from 'node:path';
import type { Camera as CameraView } from '../shared/cameras.ts';
import type { Events } from '../shared/events.ts';
import { retentionSettingKeys } from '../shared/retention.ts';
import type { SettingsInForceView } from '../shared/settings-answer.ts';
import type { SettingKey } from '../shared/settings.ts';
import { isUsable } from '../shared/status.ts';
import { AccountService } from './accounts/account-service.ts';
import type { StartZone } from './accounts/set-up-plan.ts';
import type { AppOptions } from './app-options.ts';
import { buildArchive } from './app-archive.ts';
import { buildCare, type CareParts } from './app-care.ts';
import { buildDatabaseCare } from './app-database.ts';
import { buildJourneys, type JourneyParts } from './app-journeys.ts';
import { buildMediaApp, type MediaAppParts } from './app-media.ts';
import { buildRetention, type RetentionParts } from './app-retention.ts';
import { createAppServer } from './app-server.ts';
import { buildSync, cameraOpener, type SyncParts } from './app-sync.ts';
import type { ArchiveVolume } from './archive/archive-volume.ts';
import { ClipRepository } from './archive/clip-repository.ts';
import type { ScanService } from './archive/scan-service.ts';
import type { SidecarWriter } from './archive/sidecar-writer.ts';
import { CameraRepository } from './camera/camera-repository.ts';
import { CameraService } from './camera/camera-service.ts';
import type { BackupService } from './db/backup-service.ts';
import type { IntegrityCheck } from './db/integrity-check.ts';
import { migrations } from './db/migrations.ts';
import { findLegacy, legacyFileName, retireLegacy } from './db/move-legacy.ts';
import { databaseFileName, type Database, type Journal } from './db/open.ts';
import type { DatabaseThreads } from './db/run-job.ts';
import { ProblemService } from './health/problem-service.ts';
import { SystemService } from './health/system-service.ts';
import type { EventBus } from './lib/event-bus.ts';
import type { Lifecycle } from './lib/lifecycle.ts';
import type { Logger } from './lib/logger.ts';
import { ZonedTimes } from './lib/zones.ts';
import type { SettingsService } from './settings/settings-service.ts';
import type { StartupState } from './startup/startup-state.ts';
import type { QueuePlace } from './sync/queue-order.ts';
import { CameraTimes } from './time/camera-times.ts';

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
  /** Whether a host name is one of the program's own. */
  isKnownHost: (hostname: string) => boolean;
  /** That the program was started with; what is in force is in the options. */
  startZone: StartZone;
  settingsInForce: () => SettingsInForceView;
  /** What counts from a start on has changed: do as if it were one. */
  onBeginAnew: () => void;
  journal: Journal;
  integrityDelayMs: number;
  onDamage: (message: string) => void;
}

/** What the rules and the order of downloads depend on. */
const orderingKeys: ReadonlySet<SettingKey> = new Set([
  'downloadOrder',
  'frontFirst',
  'fetchMaxAgeDays',
  'retentionDays',
  'retentionRules',
  'retentionFloorDays',
  'protectLocked',
]);
const retentionKeys: ReadonlySet<string> = new Set(retentionSettingKeys);
const legacyProblem = 'database:legacy';

/** Everything that works on an open database, wired. */
export class AppParts {
  readonly db: Database;
  readonly problems: ProblemService;
  readonly volume: ArchiveVolume;
  readonly accounts: AccountService;
  private readonly deps: AppPartsDeps;
  private readonly times: ZonedTimes;
  private readonly cameraTimes: CameraTimes;
  private readonly clips = new ClipRepository();
  private readonly cameraRows = new CameraRepository();
  private readonly cameras: CameraService;
  private readonly retention: RetentionParts;
  private readonly journeys: JourneyParts;
  private readonly sync: SyncParts;
  private readonly media: MediaAppParts;
  private readonly care: CareParts;
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
    this.cameraTimes = new CameraTimes(this.times);
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
      problems: this.problems,
      onSetUp: () => this.inBackground(deps.settings.note('$passwordSet')),
      onSessionsChange: () => events.emit('sessions.changed', {}),
    });
    const archive = this.buildArchive();
    this.volume = archive.volume;
    this.scan = archive.scan;
    this.sidecars = archive.sidecars;
    this.retention = this.buildRetention();
    this.media = this.buildMedia();
    this.journeys = this.buildJourneys();
    this.sync = this.buildSync();
    this.care = this.buildCare();
    this.cameras = new CameraService({
      db,
      cameras: this.cameraRows,
      clock: options.clock,
      openCamera: cameraOpener(options),
      runtimeOf: (id) => this.sync.service.runtimeOf(id),
      onRosterChange: (id) => this.sync.service.reload(id),
      onRulesChange: async (id) => {
        await this.sync.service.rulesChanged(id);
        // What is told of it beside the recordings is other than before.
        events.emit('camera.changed', { cameraId: id });
      },
      onVehicleChange: (trx, ids) => this.journeys.due.addAll(trx, ids),
      onRename: (id) => this.inBackground(this.sync.service.renamed(id)),
    });
    const care = buildDatabaseCare({
      ...deps,
      times: this.times,
      problems: this.problems,
      databasePath: this.databasePath,
      log: this.log('db'),
      inBackground: (work) => this.inBackground(work),
    });
    this.backups = care.backups;
    this.integrity = care.integrity;
    this.system = this.buildSystem();
  }

  private log(module: string): Logger {
    return this.deps.options.log.child({ module });
  }

  settingsChanged(keys: readonly SettingKey[]): void {
    this.volume.reconsider();
    if (keys.some((key) => orderingKeys.has(key))) this.inBackground(this.sync.service.rulesChanged());
    this.retention.room.reconsider();
    if (keys.some((key) => retentionKeys.has(key))) this.retention.service.settingsChanged();
    if (keys.includes('triage')) this.sync.triage?.settingsChanged();
    this.journeys.service.settingsChanged();
    this.sync.service.wake();
  }

  /** Everything that may be slow: begun after the page answers, shown while it is under way, stopped when told. */
  async start(lifecycle: Lifecycle, warnings: readonly string[]): Promise<void> {
    const { cameraAddress } = this.deps.options;
    await lifecycle.start('archive volume', this.volume);
    await lifecycle.start('ffmpeg probe', this.media.ffmpeg);
    await lifecycle.start('backups', this.backups);
    // Without a write-ahead log, reading all of it would keep everybody from writing: there a backup's reading serves.
    if (this.deps.journal === 'wal') await lifecycle.start('integrity check', this.integrity);
    await lifecycle.start('sync', this.sync.service);
    // Before the scan: the clips it finds are this camera's.
    if (cameraAddress !== undefined) await this.cameras.ensure(cameraAddress);
    await lifecycle.start('sidecars', this.sidecars);
    await lifecycle.start('scan', this.scan);
    await this.journeys.start(lifecycle);
    if (!this.deps.options.once) await this.media.start(lifecycle);
    await this.sync.startTriage(lifecycle);
    await lifecycle.start('storage', this.retention.storage);
    await lifecycle.start('measure', this.retention.measure);
    await lifecycle.start('removals', this.retention.removals);
    if (!this.deps.options.once) {
      await this.care.start(lifecycle);
      await lifecycle.start('retention', this.retention.service);
    }
    void this.volume.check().then(() => this.sync.service.nudge());
    this.inBackground(this.finishMove(warnings));
  }

  ensureCamera(camera: { address: string; alternativeAddress: string | null }): Promise<void> {
    return this.cameras.ensure(camera.address, camera.alternativeAddress);
  }

  /** Puts named places into the database; returns how many are new. */
  adoptPlaces(...place: Parameters<JourneyParts['places']['adopt']>): Promise<number> {
    return this.journeys.places.adopt(...place);
  }

  /** What is going on, for who runs the program without its page. */
  async view(): Promise<{ cameras: CameraView[]; places: QueuePlace[] }> {
    const places = await Promise.all(this.sync.service.orders().map((order) => order.places()));
    return { cameras: await this.cameras.list(), places: places.flat() };
  }

  /** Another folder is the archive from now on: what lies there is not known. */
  private volumeAccepted(): void {
    if (isUsable(this.volume.status)) this.scan.scan({ holdsDownloads: true });
    this.sync.service.nudge();
  }

  /** Clips come in, or the archive is looked through: what has time waits. */
  private isDiskNeeded(): boolean {
    return this.sync.service.isDownloading || this.scan.status.state === 'running';
  }

  private roomMayBe(): void {
    this.retention.room.reconsider();
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

  private buildArchive() {
    const { options, db, events, settings } = this.deps;
    return buildArchive({
      options,
      db,
      events,
      clips: this.clips,
      times: this.cameraTimes,
      problems: this.problems,
      settings,
      log: this.log('archive'),
      inBackground: (work) => this.inBackground(work),
      onReleased: () => {
        this.retention.room.reconsider();
        this.sync.service.ledgerChanged();
      },
      onCamerasRestored: (ids) => {
        for (const id of ids) this.inBackground(this.sync.service.reload(id));
      },
    });
  }

  private buildRetention(): RetentionParts {
    const { options, db, events, settings } = this.deps;
    return buildRetention({
      options,
      db,
      events,
      problems: this.problems,
      volume: this.volume,
      scan: this.scan,
      clips: this.clips,
      times: this.cameraTimes,
      settings: () => settings.values,
      log: this.log('retention'),
      onRoomMayBe: () => this.roomMayBe(),
    });
  }

  private buildMedia(): MediaAppParts {
    const { options, db, events, settings } = this.deps;
    return buildMediaApp({
      options,
      db,
      events,
      settings: () => settings.values,
      volume: this.volume,
      problems: this.problems,
      log: this.log('media'),
      inBackground: (work) => this.inBackground(work),
      isDownloading: () => this.isDiskNeeded(),
    });
  }

  private buildJourneys(): JourneyParts {
    const { options, db, events, settings } = this.deps;
    return buildJourneys({
      options,
      db,
      events,
      settings: () => settings.values,
      volume: this.volume,
      problems: this.problems,
      log: (module) => this.log(module),
      mediaOf: this.media.mediaOf,
      isDownloading: () => this.isDiskNeeded(),
      isFilling: () => this.scan.hold() !== null && this.scan.status.state === 'running',
      onMoved: () => this.sync.service.ledgerChanged(),
      onPlacesChanged: () => this.sync.places?.placesChanged(),
    });
  }

  private buildSync(): SyncParts {
    const { options, db, settings, events } = this.deps;
    const { clips, volume, cameraTimes: times, problems, cameraRows: cameras } = this;
    const { room, retainFrom } = this.retention;
    return buildSync({
      options,
      db,
      events,
      settings,
      clips,
      cameras,
      volume,
      times,
      problems,
      room,
      retainFrom,
      tracks: this.journeys.tracks,
      log: this.log('sync'),
      hold: () => this.scan.hold(),
    });
  }

  private buildCare(): CareParts {
    const { options, db, events, settings } = this.deps;
    return buildCare({
      options,
      db,
      events,
      settings: () => settings.values,
      clips: this.clips,
      times: this.cameraTimes,
      volume: this.volume,
      scan: this.scan,
      retention: this.retention,
      problems: this.problems,
      isDownloading: () => this.sync.service.isDownloading,
      isPlaying: () => this.media.playback.isPlaying(),
      log: (module) => this.log(module),
      onWantedChanged: () => this.sync.service.ledgerChanged(),
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
  createServer(): Promise<FastifyInstance> {
    const { volume, scan, accounts, clips, cameras, retention, journeys, media, care, sync } = this;
    const { problems, system, backups, integrity } = this;
    return createAppServer({
      ...this.deps,
      volume,
      scan,
      accounts,
      clips,
      cameras,
      retention,
      journeys,
      media,
      care,
      sync,
      problems,
      system,
      backups,
      integrity,
      log: this.log('http'),
      onVolumeAccepted: () => this.volumeAccepted(),
      onRoomMayBe: () => this.roomMayBe(),
    });
  }
}
