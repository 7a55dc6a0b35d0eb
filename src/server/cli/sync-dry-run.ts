import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '../app.ts';
import { NeedsDecisionError } from '../app.ts';
import { ArchiveScan } from '../archive/archive-scan.ts';
import { ArchiveVolume } from '../archive/archive-volume.ts';
import { ClipRepository } from '../archive/clip-repository.ts';
import type { Config } from '../config.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import { InUseError, lockFileName, lockInstance } from '../db/instance-lock.ts';
import { LegacyLook, legacyFileName } from '../db/move-legacy.ts';
import { databaseFileName, type Database } from '../db/open.ts';
import { DatabaseThreads } from '../db/run-job.ts';
import { copyDatabase } from '../db/sqlite-files.ts';
import { systemClock } from '../lib/clock.ts';
import { createLogger, type Logger } from '../lib/logger.ts';
import { ZonedTimes } from '../lib/zones.ts';
import { prepareDatabase } from '../startup/prepare-database.ts';
import { StartupState } from '../startup/startup-state.ts';
import { sleep } from '../lib/abort.ts';
import { formatBytes } from './sync-progress.ts';
import { syncExit } from './sync-exit-policy.ts';
import { complain, startRun, whileItRuns, type SyncRunOptions } from './sync.ts';
import { judgeRun } from './sync-verdict-policy.ts';
import { RunWatch } from './sync-watch.ts';

const lookEveryMs = 200;

/**
 * Lists the camera and prints what a run would fetch, in its order. Everything is worked out by the program itself on
 * a copy of its state in a temporary folder, with an archive that cannot be written; the destination is only read.
 * Returns the exit code; null when it was told to stop.
 */
export async function syncDryRun(options: SyncRunOptions): Promise<number | null> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-dry-run-'));
  try {
    const copy: Config = { ...options.config, configDir: home };
    await copyState(options.config, home);
    await knowArchive(copy, options.signal);
    // No archive is there: the camera is listed, and nothing is fetched.
    const config = { ...copy, recordings: join(home, 'archive') };
    return await listOnly({ ...options, config });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const settingsFiles = /^(settings\.json(\.last-good)?|config(\.v2(-\d+)?)?\.json|viofosync\.env)$/;

/** The database and the settings, also while the program runs on them. */
async function copyState({ configDir, recordings }: Config, home: string): Promise<void> {
  if (existsSync(configDir)) {
    for (const name of (await readdir(configDir)).filter((name) => settingsFiles.test(name)))
      await copyFile(join(configDir, name), join(home, name));
  }
  const places = [join(configDir, databaseFileName), join(recordings, legacyFileName)];
  const source = places.find((path) => existsSync(path));
  if (source === undefined) return;
  await copyDatabase(source, join(home, databaseFileName), { leavesNoTrace: !isInUse(configDir) });
}

function isInUse(configDir: string): boolean {
  if (!existsSync(join(configDir, lockFileName))) return false;
  try {
    lockInstance(configDir).stop();
    return false;
  } catch (error) {
    if (error instanceof InUseError) return true;
    throw error;
  }
}

/** Brings the copy up to date, and fills it with what lies in the archive when it has never been looked through. */
async function knowArchive(config: Config, signal: AbortSignal): Promise<void> {
  const log = createLogger({ level: config.logLevel, json: config.logJson });
  const db = await openCopy(config, { log, signal });
  try {
    if ((await readAppState(db, 'scan.finished')) === null) await scan(db, config, { log, signal });
    // Some other archive is the known one: an empty folder in its place is never taken for it.
    if ((await readAppState(db, 'archive.marker')) === null)
      await writeAppState(db, 'archive.marker', 'dry run');
  } finally {
    await db.destroy();
  }
}

interface Tools {
  log: Logger;
  signal: AbortSignal;
}

async function openCopy(config: Config, { log, signal }: Tools): Promise<Database> {
  const { configDir, zone } = config;
  const prepared = await prepareDatabase(
    {
      configDir,
      // An older state was copied already.
      recordings: configDir,
      zone,
      journal: 'wal',
      camera: null,
      clock: systemClock,
      log,
      state: new StartupState(systemClock),
      signal,
      threads: new DatabaseThreads(),
      onDamage: () => undefined,
      legacyLook: new LegacyLook(configDir),
      expectsState: false,
      onAsk: (about, why) => {
        throw new NeedsDecisionError(about, why);
      },
    },
    null,
  );
  return prepared.db;
}

async function scan(db: Database, config: Config, { log, signal }: Tools): Promise<void> {
  const clock = systemClock;
  const volume = new ArchiveVolume({
    root: config.recordings,
    clock,
    log,
    readOnly: true,
    readMarkerId: async () => null,
    writeMarkerId: async () => undefined,
    knownClips: async () => 0,
    onChange: () => undefined,
  });
  const looking = new ArchiveScan(
    {
      db,
      clips: new ClipRepository(),
      volume,
      times: new ZonedTimes(config.zone),
      clock,
      log,
      listTimeoutMs: 120_000,
      onProgress: () => undefined,
      onFiled: () => undefined,
    },
    { isThorough: false, folders: null, acceptsMissing: false, leavesFresh: false },
  );
  await looking.run(signal);
  const now = clock.now();
  await writeAppState(db, 'scan.finished', JSON.stringify({ at: now, folders: 0, files: 0, found: 0 }));
}

async function listOnly(options: SyncRunOptions): Promise<number | null> {
  const { once, signal } = options;
  const startedAt = systemClock.now();
  const app = await startRun(options);
  try {
    const watch = new RunWatch({ app, once, clock: systemClock, startedAt, onArchived: () => undefined });
    return await whileItRuns(app, signal, () => untilListed(app, watch, signal));
  } finally {
    await app.stop();
  }
}

/** As a run is judged, with a volume that is as it should be: only the listing is waited for. */
async function untilListed(app: App, watch: RunWatch, signal: AbortSignal): Promise<number | null> {
  while (!signal.aborted) {
    const seen = await watch.look();
    if (seen?.listing && seen.activity !== 'listing') {
      await printPlan(app, watch);
      if (seen.listing.complete) return syncExit.done;
      complain('The camera could not be listed to the end: some clips may be missing.');
      return syncExit.clips;
    }
    const end = seen && judgeRun({ ...seen, volume: { state: 'ready', message: null } });
    if (end) {
      if (end.message !== null) complain(end.message);
      return end.exit;
    }
    await sleep(lookEveryMs, signal);
  }
  return null;
}

async function printPlan(app: App, watch: RunWatch): Promise<void> {
  const { places } = await app.view();
  const clips = watch.wantedClips();
  const lines = places
    .filter(({ state }) => state !== 'held')
    .flatMap(({ id, reason }) => {
      const clip = clips.get(id);
      return clip ? [{ ...clip, reason }] : [];
    });
  for (const { name, bytes, reason } of lines)
    process.stdout.write(`${name}  ${bytes === null ? '?' : formatBytes(bytes)}  ${reason}\n`);
  const sum = lines.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  process.stdout.write(`${lines.length === 1 ? '1 clip' : `${lines.length} clips`}, ${formatBytes(sum)}\n`);
}
