import type { Events } from '../shared/events.ts';
import { criticalPctOf } from '../shared/settings.ts';
import type { AppOptions } from './app-options.ts';
import { ArchiveVolume } from './archive/archive-volume.ts';
import { unreadableProblem, type BookName } from './archive/book.ts';
import type { ClipRepository } from './archive/clip-repository.ts';
import { archiveTotals } from './archive/day-repository.ts';
import { ScanService } from './archive/scan-service.ts';
import { SidecarWriter } from './archive/sidecar-writer.ts';
import { readAppState, writeAppState } from './db/app-state.ts';
import type { Database } from './db/open.ts';
import type { ProblemService } from './health/problem-service.ts';
import type { EventBus } from './lib/event-bus.ts';
import type { Logger } from './lib/logger.ts';
import type { SettingsService } from './settings/settings-service.ts';
import { readGpx } from './tracks/gpx-reader.ts';
import type { CameraNameTimes } from './lib/zones.ts';

export interface ArchivePartsDeps {
  options: AppOptions;
  db: Database;
  events: EventBus<Events>;
  settings: SettingsService;
  clips: ClipRepository;
  times: CameraNameTimes;
  problems: ProblemService;
  log: Logger;
  inBackground: (work: Promise<unknown>) => void;
  /** The first scan of this database has ended: downloads may begin. */
  onReleased: () => void;
  /** Cameras were brought back from the archive. */
  onCamerasRestored: (cameraIds: readonly number[]) => void;
}

const volumeProblem = 'archive:volume';
const vanishedProblem = 'archive:vanished';

/** The recordings volume and what looks through it, wired. */
export function buildArchive(deps: ArchivePartsDeps): {
  volume: ArchiveVolume;
  scan: ScanService;
  sidecars: SidecarWriter;
} {
  const { options, db, events, clips, times, log, settings } = deps;
  const volume = buildVolume(deps);
  const scan = new ScanService({
    db,
    events,
    clips,
    volume,
    times,
    log,
    clock: options.clock,
    settings,
    isOwnGpx: (text) => readGpx(text).writer === 'ours',
    onReleased: deps.onReleased,
    onCamerasRestored: deps.onCamerasRestored,
    onVanished: (problem) => tellVanished(deps, problem),
  });
  const onUnreadable = (name: BookName, path: string | null) => tellUnreadable(deps, name, path);
  const sidecars = new SidecarWriter({ db, events, clips, volume, log, settings, onUnreadable });
  return { volume, scan, sidecars };
}

async function tellVanished(
  { problems }: ArchivePartsDeps,
  problem: { message: string; advice: string } | null,
): Promise<void> {
  if (problem === null) return problems.end(vanishedProblem);
  await problems.raise({ key: vanishedProblem, severity: 'error', ...problem });
}

async function tellUnreadable(
  { problems }: ArchivePartsDeps,
  name: BookName,
  path: string | null,
): Promise<void> {
  const key = `archive:book:${name}`;
  if (path === null) return problems.end(key);
  await problems.raise({ key, severity: 'warning', ...unreadableProblem(path) });
}

function buildVolume(deps: ArchivePartsDeps): ArchiveVolume {
  const { options, db, events, problems, log } = deps;
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
    knownClips: async () => (await archiveTotals(db)).clips,
    criticalPct: () => criticalPctOf(deps.settings.values),
    onChange: (status) => {
      events.emit('archive.changed', {});
      deps.inBackground(tell(status.message));
    },
  });
}
