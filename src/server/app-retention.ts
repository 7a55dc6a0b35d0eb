import type { Events } from '../shared/events.ts';
import type { Settings } from '../shared/settings.ts';
import type { AppOptions } from './app-options.ts';
import type { ArchiveVolume } from './archive/archive-volume.ts';
import type { ClipRepository } from './archive/clip-repository.ts';
import { nodeFiles, type FilePort } from './archive/file-port.ts';
import { ScanFiling } from './archive/scan-filing.ts';
import { archivedPaths } from './archive/scan-repository.ts';
import type { ScanService } from './archive/scan-service.ts';
import type { Database } from './db/open.ts';
import type { ProblemService } from './health/problem-service.ts';
import type { EventBus } from './lib/event-bus.ts';
import type { Logger } from './lib/logger.ts';
import type { CameraNameTimes } from './lib/zones.ts';
import { ClockWatch } from './retention/clock-watch.ts';
import { isForEver, retainFromOf, ruleFor } from './retention/policy.ts';
import { RemovalService } from './retention/removal-service.ts';
import { Remover } from './retention/remover.ts';
import { RetentionService } from './retention/retention-service.ts';
import type { Pressure } from './retention/retention-types.ts';
import { RoomKeeper } from './retention/room-keeper.ts';
import { SweepGate } from './retention/sweep-gate.ts';
import { SweepHistory } from './retention/sweep-history.ts';
import { SweepLog } from './retention/sweep-log.ts';
import { SweepPlanner } from './retention/sweep-planner.ts';
import { SweepRun, type SweepRunDeps } from './retention/sweep-run.ts';
import { TrashAdoption } from './retention/trash-adoption.ts';
import { MeasureService } from './storage/measure-service.ts';
import { StorageService } from './storage/storage-service.ts';
import type { RuleHoldsDeps } from './sync/rule-holds.ts';

export interface RetentionPartsDeps {
  options: AppOptions;
  db: Database;
  events: EventBus<Events>;
  settings: () => Settings;
  clips: ClipRepository;
  times: CameraNameTimes;
  volume: ArchiveVolume;
  scan: ScanService;
  problems: ProblemService;
  log: Logger;
  /** What was refused its room may have it now. */
  onRoomMayBe: () => void;
}

/** What deletes, and what knows of the disks, wired. */
export interface RetentionParts {
  remover: Remover;
  removals: RemovalService;
  service: RetentionService;
  room: RoomKeeper;
  storage: StorageService;
  measure: MeasureService;
  retainFrom: NonNullable<RuleHoldsDeps['retainFrom']>;
}

export function buildRetention(deps: RetentionPartsDeps): RetentionParts {
  const { options, db, events, settings, clips, volume, problems, log } = deps;
  const { clock } = options;
  const files = options.files ?? nodeFiles;
  const shared = { db, volume, clock, events, log, settings };
  const remover = new Remover({ ...shared, clips, files });
  const { storage, measure } = buildStorage(deps, remover);
  const pressure = () => pressureOf(deps, storage);
  // What is free now is seen with the next look.
  const look = () => void volume.check();
  const planner = new SweepPlanner({ db });
  const history = new SweepHistory(db);
  const sweepLog = new SweepLog(log);
  const run = buildRun(deps, { remover, history, log: sweepLog, pressure, onFreed: look });
  const gate = buildGate(deps);
  const service: RetentionService = new RetentionService({
    ...shared,
    planner,
    run,
    remover,
    history,
    sweepLog,
    problems,
    pressure,
    gate,
    pressureSeen: () => pressureSeen(deps, storage),
    isTight: () => ['critical', 'full'].includes(volume.status.state),
    onSwept: () => {
      storage.forget();
      room.reconsider();
      measure.volumeUsed();
      look();
    },
    onConfirmed: deps.onRoomMayBe,
    ...(options.retentionPace && { pace: options.retentionPace }),
  });
  const removals = buildRemovals(deps, { remover, files, gate, onFreed: look });
  const room: RoomKeeper = new RoomKeeper({
    planner,
    pressure,
    settings,
    clock,
    log,
    mayRemove: (plan) => service.mayMakeRoom(plan),
    remove: (plan, signal) => service.makeRoom(plan, signal),
    purgeTrash: (bytes, signal) => remover.purgeForRoom(bytes, signal),
  });
  const retainFrom: RetentionParts['retainFrom'] = (clip) => retainFromOf(settings(), clip, clock.now());
  return { remover, removals, service, room, storage, measure, retainFrom };
}

function buildRemovals(
  deps: RetentionPartsDeps,
  parts: { remover: Remover; files: FilePort; gate: SweepGate; onFreed: () => void },
): RemovalService {
  const { options, db, clips, times, volume, events, problems, log, scan } = deps;
  const { remover, files, gate, onFreed } = parts;
  const { clock } = options;
  const filing = new ScanFiling({ db, clips, times, clock });
  const hasScanned = () => scan.hasSeenAll;
  const adoption = new TrashAdoption({ db, clips, volume, files, remover, filing, clock, log, hasScanned });
  return new RemovalService({
    remover,
    volume,
    events,
    problems,
    clock,
    log,
    mayPurge: () => gate.believesClock(),
    adoptOrphans: (signal) => adoption.adopt(signal),
    onFreed,
  });
}

function buildRun(
  { options, volume, settings }: RetentionPartsDeps,
  parts: Pick<SweepRunDeps, 'remover' | 'history' | 'log' | 'pressure' | 'onFreed'>,
): SweepRun {
  return new SweepRun({
    ...parts,
    clock: options.clock,
    settings,
    isBrimful: () => (volume.status.freeBytes ?? Infinity) < brimBytes,
  });
}

function buildGate({ options, db, volume, scan }: RetentionPartsDeps): SweepGate {
  const { clock } = options;
  return new SweepGate({
    db,
    clock,
    clockWatch: new ClockWatch({ db, clock }),
    archiveFacts: async ({ look }) => ({
      volume: look ? await volume.check() : volume.status,
      scan: { ...scan.status, hasFinished: scan.hasSeenAll },
    }),
  });
}

function buildStorage(deps: RetentionPartsDeps, remover: Remover) {
  const { options, db, events, settings, volume, scan, problems, log } = deps;
  const { clock, config } = options;
  const measure = new MeasureService({
    db,
    volume,
    events,
    clock,
    log,
    archivedPaths: (paths) => archivedPaths(db, paths),
    isScanning: () => scan.hold() !== null || scan.status.state === 'running',
    ...(options.measurePace && { pace: options.measurePace }),
  });
  const storage = new StorageService({
    db,
    volume,
    events,
    clock,
    log,
    problems,
    settings,
    zone: config.zone,
    configDir: config.configDir,
    termOf: (scope, rules) => {
      const term = ruleFor(scope, rules);
      return { days: term.days, isForEver: isForEver(term) };
    },
    trashTotals: () => remover.trashTotals(),
    measure: () => measure.status,
  });
  return { storage, measure };
}

/** What the folders of the trash may need. */
const brimBytes = 1e6;

/** The file system is only asked when a rule, or what lies in the trash, depends on it. */
async function pressureOf(
  { volume, settings }: RetentionPartsDeps,
  storage: StorageService,
): Promise<Pressure> {
  const parts = await storage.pressureParts();
  const asksDisk = settings().retentionDiskPct > 0 || parts.trashBytes > 0;
  const disk = asksDisk ? await volume.space() : null;
  return { ...parts, disk };
}

/** As the volume was last seen, and nothing is touched. */
async function pressureSeen({ volume }: RetentionPartsDeps, storage: StorageService): Promise<Pressure> {
  const { freeBytes, totalBytes } = volume.status;
  const disk = freeBytes === null || totalBytes === null ? null : { freeBytes, totalBytes };
  return { ...(await storage.pressureParts()), disk };
}
