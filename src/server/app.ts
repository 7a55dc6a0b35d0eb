import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Events } from '../shared/events.ts';
import { routes } from '../shared/routes.ts';
import { ArchiveVolume } from './archive/archive-volume.ts';
import { captureFor } from './archive/capture-repository.ts';
import { ClipRepository } from './archive/clip-repository.ts';
import { clipView } from './archive/clip-view.ts';
import { archiveTotals } from './archive/day-repository.ts';
import { archivePath, numberedPath } from './archive/layout.ts';
import { PartFile } from './archive/part-file.ts';
import { archiveRoutes } from './archive/routes.ts';
import { parseCameraAddress } from './camera/address.ts';
import { CameraRepository } from './camera/camera-repository.ts';
import { CameraService } from './camera/camera-service.ts';
import type { Camera } from './camera/camera.ts';
import type { HfsLimits } from './camera/hfs-limits.ts';
import { NovatekCamera } from './camera/novatek-camera.ts';
import { cameraRoutes } from './camera/routes.ts';
import type { Config } from './config.ts';
import { readAppState, writeAppState } from './db/app-state.ts';
import { lockInstance } from './db/instance-lock.ts';
import { openDatabase, type Database } from './db/open.ts';
import { ProblemService } from './health/problem-service.ts';
import { healthRoutes } from './health/routes.ts';
import { serveLive } from './http/live.ts';
import { openApi } from './http/openapi.ts';
import { createServer } from './http/server.ts';
import { readBootId } from './lib/boot-id.ts';
import type { Clock } from './lib/clock.ts';
import { EventBus } from './lib/event-bus.ts';
import { Lifecycle } from './lib/lifecycle.ts';
import type { Logger } from './lib/logger.ts';
import { ZonedTimes } from './lib/zones.ts';
import { FfmpegProbe } from './media/ffmpeg-probe.ts';
import { settingsRoutes } from './settings/routes.ts';
import { SettingsService } from './settings/settings-service.ts';
import { defaultPace, type ListingPace } from './sync/camera-sync.ts';
import { ClipFiler } from './sync/clip-filer.ts';
import { DownloadTask } from './sync/download-task.ts';
import { PartRepository } from './sync/part-repository.ts';
import { Reconciler } from './sync/reconciler.ts';
import { syncRoutes } from './sync/routes.ts';
import { SyncService } from './sync/sync-service.ts';

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
}

/** The running program: where it answers, and how it ends. */
export interface App {
  /** `http://127.0.0.1:8080` */
  url: string;
  db: Database;
  events: EventBus<Events>;
  stop(): Promise<void>;
  /** Calls on the recordings volume hang in the operating system: the process cannot end by itself. */
  hangs(): boolean;
}

/**
 * Wires everything and starts it: database, page, then all that may be slow. The page answers before the recordings
 * volume, the camera or ffmpeg are looked at.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { log } = options;
  const lifecycle = new Lifecycle(log);
  try {
    await lifecycle.start('instance lock', lockInstance(options.config.configDir));
    const db = await openDatabase({
      configDir: options.config.configDir,
      now: new Date(options.clock.now()),
    });
    await lifecycle.start('database', { stop: () => db.destroy() });
    const parts = await buildParts(options, db);
    const server = await buildServer(options, db, parts);
    await lifecycle.start('http', { stop: () => server.close() });
    const url = await listen(server, options.config);
    log.info(
      { url, configDir: options.config.configDir, recordings: options.config.recordings },
      `viofosync ${options.version} answers at ${url}`,
    );
    log.info('there is no password yet: it can be reached from this machine only');
    await startBackground(lifecycle, options, parts);
    return { url, db, events: parts.events, stop: () => lifecycle.stop(), hangs: () => parts.volume.hangs };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function listen(server: FastifyInstance, config: Config): Promise<string> {
  await server.listen({ host: config.host, port: config.port });
  const { port } = server.server.address() as AddressInfo;
  return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
}

interface Parts {
  events: EventBus<Events>;
  settings: SettingsService;
  problems: ProblemService;
  volume: ArchiveVolume;
  clips: ClipRepository;
  cameras: CameraService;
  sync: SyncService;
  ffmpeg: FfmpegProbe;
}

async function buildParts(options: AppOptions, db: Database): Promise<Parts> {
  const { clock, log, config } = options;
  const events = new EventBus<Events>((error, event) =>
    log.error({ err: error, event }, 'a listener failed'),
  );
  const settings = new SettingsService({
    configDir: config.configDir,
    log: log.child({ module: 'settings' }),
    onChange: (keys) => {
      events.emit('settings.changed', { keys });
      volume.reconsider();
      sync.wake();
    },
  });
  await settings.start();
  const problems = new ProblemService({
    db,
    clock,
    log: log.child({ module: 'health' }),
    onChange: () => events.emit('problems.changed', {}),
  });
  const volume = buildVolume(options, { db, events, problems });
  const clips = new ClipRepository();
  const cameraRows = new CameraRepository();
  const sync = buildSync(options, { db, events, settings, problems, volume, clips, cameraRows });
  const cameras = new CameraService({
    db,
    cameras: cameraRows,
    clock,
    openCamera: cameraOpener(options),
    runtimeOf: (id) => sync.runtimeOf(id),
    onRosterChange: (id) => sync.reload(id),
    onRename: (cameraId) => events.emit('camera.changed', { cameraId }),
  });
  const ffmpeg = new FfmpegProbe({
    path: config.ffmpegPath,
    log: log.child({ module: 'media' }),
    onChange: () => events.emit('archive.changed', {}),
  });
  return { events, settings, problems, volume, clips, cameras, sync, ffmpeg };
}

function cameraOpener({ cameraLimits }: AppOptions): (address: string) => Camera {
  return (text) => {
    const address = parseCameraAddress(text);
    if ('error' in address) throw new Error(address.error);
    return new NovatekCamera({ address, ...(cameraLimits && { limits: cameraLimits }) });
  };
}

const volumeProblem = 'archive:volume';

function buildVolume(
  options: AppOptions,
  parts: { db: Database; events: EventBus<Events>; problems: ProblemService },
): ArchiveVolume {
  const { db, events, problems } = parts;
  const log = options.log.child({ module: 'archive' });
  const tell = async (message: string | null) =>
    message === null
      ? problems.end(volumeProblem)
      : problems.raise({ key: volumeProblem, severity: 'error', message });
  return new ArchiveVolume({
    root: options.config.recordings,
    clock: options.clock,
    log,
    ...(options.volumeTimeoutMs !== undefined && { timeoutMs: options.volumeTimeoutMs }),
    readMarkerId: () => readAppState(db, 'archive.marker'),
    writeMarkerId: (id) => writeAppState(db, 'archive.marker', id),
    onChange: (status) => {
      events.emit('archive.changed', {});
      tell(status.message).catch((error: unknown) =>
        log.error({ err: error }, 'a problem could not be noted'),
      );
    },
  });
}

type SyncParts = Pick<Parts, 'events' | 'settings' | 'problems' | 'volume' | 'clips'> & {
  db: Database;
  cameraRows: CameraRepository;
};

function buildSync(options: AppOptions, parts: SyncParts): SyncService {
  const { db, clips, volume, settings } = parts;
  const { clock } = options;
  const log = options.log.child({ module: 'sync' });
  const times = new ZonedTimes(options.config.zone);
  const shared = { db, clips, parts: new PartRepository(), volume, clock };
  const task = new DownloadTask({
    ...shared,
    settings: () => settings.values,
    bootId: readBootId(clock.now()),
    archivePath,
    numberedPath,
    openPart: (path, trusted) => PartFile.open(volume, path, trusted),
  });
  return new SyncService({
    ...parts,
    cameras: parts.cameraRows,
    clock,
    log,
    task,
    filer: new ClipFiler({ ...shared, task, times, log }),
    reconciler: new Reconciler({
      db,
      clips,
      captureFor,
      times,
      clock,
      fetchPhotos: () => settings.values.fetchPhotos,
    }),
    pace: { ...defaultPace, ...options.pace },
    pollMs: () => options.pollMs ?? settings.values.pollSeconds * 1000,
    openCamera: cameraOpener(options),
  });
}

async function buildServer(options: AppOptions, db: Database, parts: Parts): Promise<FastifyInstance> {
  const { clips, volume, sync, cameras, settings, problems, events, ffmpeg } = parts;
  const server = await createServer({
    webRoot: options.webRoot,
    isDevelopment: options.config.isDevelopment,
    log: options.log.child({ module: 'http' }, { level: 'warn' }),
  });
  archiveRoutes(server, { db, clips, volume, onVolumeAccepted: () => sync.nudge() });
  cameraRoutes(server, { service: cameras });
  syncRoutes(server, { db, clips, service: sync, clipView });
  settingsRoutes(server, { service: settings });
  healthRoutes(server, {
    version: options.version,
    zone: options.config.zone,
    startedAt: options.clock.now(),
    clock: options.clock,
    problems,
    cameras: () => cameras.list(),
    syncSummary: () => sync.summary(),
    volumeStatus: () => volume.status,
    archiveTotals: () => archiveTotals(db),
    ffmpeg: () => ffmpeg.status,
  });
  serveLive(server, events);
  const document = openApi(routes, options.version);
  server.get('/api/openapi.json', () => document);
  return server;
}

/** Everything that may be slow: begun after the page answers, shown while it is under way, stopped when told. */
async function startBackground(lifecycle: Lifecycle, options: AppOptions, parts: Parts): Promise<void> {
  const { volume, sync, ffmpeg, cameras } = parts;
  await lifecycle.start('archive volume', volume);
  await lifecycle.start('ffmpeg probe', ffmpeg);
  await lifecycle.start('sync', sync);
  void volume.check().then(() => sync.nudge());
  if (options.cameraAddress !== undefined) await cameras.ensure(options.cameraAddress);
}
