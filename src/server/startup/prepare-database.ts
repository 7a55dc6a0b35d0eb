import { join } from 'node:path';
import { hostname } from 'node:os';
import { listBackups } from '../db/backup-files.ts';
import type { JobProgress } from '../db/database-jobs.ts';
import { inspectStateFile } from '../db/inspect.ts';
import { forgetMove, legacyFileName, type LegacyLook, type LegacyPlace } from '../db/move-legacy.ts';
import {
  databaseFileName,
  openDatabase,
  UnusableDatabaseError,
  type Database,
  type Journal,
} from '../db/open.ts';
import { DatabaseJobError, type DatabaseThreads } from '../db/run-job.ts';
import { DamagedDatabaseError, isDamaged } from '../db/sqlite-files.ts';
import { sleep } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { StartupChoice, StartupState } from './startup-state.ts';

export interface PrepareDeps {
  configDir: string;
  recordings: string;
  zone: string;
  journal: Journal;
  /** The camera of the existing system's settings. */
  camera: { address: string; alternativeAddress: string | null } | null;
  clock: Clock;
  log: Logger;
  state: StartupState;
  signal: AbortSignal;
  threads: DatabaseThreads;
  /** The open database was found damaged while in use. */
  onDamage: (message: string) => void;
  legacyLook: LegacyLook;
  /** Settings of the existing system are here: a state of it should be somewhere. */
  expectsState: boolean;
  /**
   * The page asks a person, who may have to show that he can read the log. Where nobody can be asked it throws, and so
   * ends the start.
   */
  onAsk(about: 'archive' | 'database', why: string): void;
  /** Between two looks at a recordings volume that does not answer. */
  retryMs?: number;
  legacyTimeoutMs?: number;
}

export interface Prepared {
  db: Database;
  /** For the log and the health page. */
  warnings: string[];
}

const retryLegacyMs = 10_000;

/**
 * Everything between the process's start and an open database: the move of the legacy file, the adoption of the
 * existing system's tables, migrations, and the questions when something is wrong. The page answers all the while.
 * `damage`: what was found wrong in the file while it was in use.
 */
export async function prepareDatabase(deps: PrepareDeps, damage: string | null): Promise<Prepared> {
  const warnings: string[] = [];
  if (damage !== null) await mend(deps, damage, warnings);
  for (;;) {
    if (!(await prepareOrAsk(deps, warnings))) continue;
    const db = await openOrAsk(deps, warnings);
    if (db !== null) return { db, warnings };
  }
}

/** Damage that only the work on the file brings to light leads to the same question. */
async function prepareOrAsk(deps: PrepareDeps, warnings: string[]): Promise<boolean> {
  try {
    return await prepareFile(deps, warnings);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    await mend(deps, messageOf(error), warnings);
    return false;
  }
}

/** One step towards a file that can be opened. False: look at it again. */
async function prepareFile(deps: PrepareDeps, warnings: string[]): Promise<boolean> {
  const path = join(deps.configDir, databaseFileName);
  const found = inspectStateFile(path);
  switch (found.kind) {
    case 'refused':
      throw new UnusableDatabaseError(found.message);
    case 'damaged':
      await mend(deps, found.message, warnings);
      return false;
    case 'v2':
      await adopt(deps, found.generation);
      return false;
    case 'absent':
      warnings.push(...(await bringLegacy(deps)));
      return inspectStateFile(path).kind === 'absent';
    case 'ours':
      if (found.pending.length > 0) await upgrade(deps);
      return true;
  }
}

/** Null when it turned out to be damaged and a person has chosen what to do. */
async function openOrAsk(deps: PrepareDeps, warnings: string[]): Promise<Database | null> {
  const { state, configDir, journal, clock } = deps;
  state.enter('opening', 'Opening the database.');
  try {
    const { onDamage } = deps;
    return await openDatabase({ configDir, now: new Date(clock.now()), journal, onDamage });
  } catch (error) {
    if (!isDamaged(error)) throw error;
    await mend(deps, messageOf(error), warnings);
    return null;
  }
}

/** Takes the state from the recordings volume, where earlier versions kept it. Returns warnings. */
async function bringLegacy(deps: PrepareDeps): Promise<string[]> {
  const { state, recordings, configDir, log } = deps;
  state.enter('looking', `Looking for the state of an earlier version in ${recordings}.`);
  if (!(await awaitLegacy(deps))) return [];
  const source = join(recordings, legacyFileName);
  const target = join(configDir, databaseFileName);
  log.info(`migrating state db: ${source} -> ${target}`);
  state.enter('moving', `Moving the state database from ${source} to ${target}.`);
  try {
    const warnings = await deps.threads.run('move', { configDir, recordings }, reporting(deps));
    for (const warning of warnings) log.warn(warning);
    return warnings;
  } catch (error) {
    if (deps.signal.aborted) throw error;
    throw new UnusableDatabaseError(
      `the state database could not be moved from ${source} to ${target}: ${messageOf(error)}${hintOf(error)}. ` +
        `Nothing was changed there. Mend that and start again; or, to begin without it, rename ${source}.`,
      { cause: error },
    );
  }
}

function hintOf(error: unknown): string {
  const code = error instanceof DatabaseJobError ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') return ' (the disk of CONFIG_DIR is full)';
  return error instanceof DamagedDatabaseError ? ' (the file is damaged)' : '';
}

/** Whether there is a legacy file. A volume that does not answer is asked again until it does or a person decides. */
async function awaitLegacy(deps: PrepareDeps): Promise<boolean> {
  const { state, signal, log, legacyLook } = deps;
  let asked: string | null = null;
  const decided = new AbortController();
  for (;;) {
    const place = await legacyLook.look(signal, deps.legacyTimeoutMs);
    if (place.kind === 'present') return true;
    const doubt = doubtOf(place, deps);
    if (doubt === null || decided.signal.aborted) break;
    if (asked !== doubt) {
      log.warn({ reason: doubt }, 'waiting for the recordings volume: an earlier state may lie there');
      if (asked === null) deps.onAsk('archive', doubt);
      asked = doubt;
      state.ask(doubt, [startEmpty], signal).then(
        () => decided.abort(),
        () => undefined,
      );
    }
    await sleep(deps.retryMs ?? retryLegacyMs, AbortSignal.any([signal, decided.signal]));
    if (decided.signal.aborted) break;
  }
  await forgetMove(deps.configDir);
  return false;
}

/** Why it is not certain that there is no legacy file, in sentences; null when it is. */
function doubtOf(place: Exclude<LegacyPlace, { kind: 'present' }>, deps: PrepareDeps): string | null {
  const { recordings, expectsState } = deps;
  const goesOn = 'It is asked again every few seconds.';
  if (place.kind === 'unknown') {
    return `${recordings} does not answer (${place.message}), and an earlier version may have kept its state there. ${goesOn}`;
  }
  if (!place.isEmpty || !expectsState) return null;
  return `${recordings} is empty, but the settings of an earlier version are here, and it may have kept its state there. Is the share mounted? ${goesOn}`;
}

const startEmpty: StartupChoice = {
  id: 'start_empty',
  title: 'Start without it',
  help: 'Begins with an empty database now. If this is a new installation, that is right. If an earlier version ran here, what it knew (what was skipped, kept or deleted) is not taken over.',
};

async function adopt(deps: PrepareDeps, generation: string): Promise<void> {
  const { state, log, configDir, zone, recordings, camera, clock } = deps;
  log.info({ generation }, 'the database is that of the existing system: taking it over');
  state.enter('adopting', `Taking over the database of viofosync ${generation}. Its copy is kept beside it.`);
  const input = { configDir, zone, recordings, camera, journal: deps.journal, now: clock.now() };
  const report = await deps.threads.run('adopt', input, reporting(deps));
  const lines = Object.fromEntries(report.lines.map((line) => [line.what, line.count]));
  const aside = report.aside.reduce((sum, line) => sum + line.count, 0);
  log.info(
    { generation, copy: report.copy, tookMs: report.tookMs, aside, ...lines },
    'the database was taken over',
  );
  for (const warning of report.warnings) log.warn(warning);
}

async function upgrade(deps: PrepareDeps): Promise<void> {
  const { state, log, configDir, clock } = deps;
  state.enter('upgrading', 'Bringing the database up to this version. A copy of it is kept.');
  log.info('migrating the database to this version');
  const input = { configDir, journal: deps.journal, now: clock.now() };
  await deps.threads.run('upgrade', input, reporting(deps));
}

function reporting({ state, signal }: PrepareDeps) {
  return { signal, onProgress: ({ done, total }: JobProgress) => state.progress(done, total) };
}

/** Asks what to do about a damaged database, and does it; asks again when that does not work. */
async function mend(deps: PrepareDeps, damage: string, warnings: string[]): Promise<void> {
  const { state, log, configDir, signal } = deps;
  const path = join(configDir, databaseFileName);
  log.error({ path, reason: damage }, 'the database is damaged: the page asks what to do');
  deps.onAsk('database', `${path} is damaged (${damage}).`);
  for (let trouble = ''; ;) {
    const message = `The database ${path} on ${hostname()} is damaged (${damage}). Your recordings are not touched. Nothing is downloaded or deleted until you choose.${trouble}`;
    const choices = listBackups(configDir).length > 0 ? [restore, rebuild] : [rebuild];
    const choice = await state.ask(message, choices, signal);
    log.info({ choice }, 'chosen');
    try {
      const done = choice === 'restore' ? await restoreBackup(deps) : await rebuildAnew(deps);
      if (done !== null) return void warnings.push(done);
      trouble = ' There is no good backup to restore.';
    } catch (error) {
      signal.throwIfAborted();
      log.error({ err: error, choice }, 'what was chosen did not work');
      trouble = ` The last choice did not work: ${messageOf(error)}.`;
    }
  }
}

/** What to tell of it; null when there is no good backup. */
async function restoreBackup(deps: PrepareDeps): Promise<string | null> {
  const { state, log, configDir, clock } = deps;
  state.enter('restoring', 'Putting the newest good backup in place.');
  const backup = await deps.threads.run('restore', { configDir, now: clock.now() }, reporting(deps));
  if (backup === null) return null;
  log.warn({ backup }, 'the database was restored');
  return `The database was damaged and restored from ${backup}.`;
}

async function rebuildAnew(deps: PrepareDeps): Promise<string> {
  const { state, log, configDir, clock } = deps;
  state.enter('rebuilding', 'Making a new database with what can be saved of the old one.');
  const saved = await deps.threads.run('rebuild', { configDir, now: clock.now() }, reporting(deps));
  log.warn({ saved }, 'the database was made anew');
  return `The database was damaged and made anew: ${saved.join(', ')}. The clips are found by a scan.`;
}

const restore: StartupChoice = {
  id: 'restore',
  title: 'Restore the newest good backup',
  help: 'What happened since that backup is forgotten: clips that arrived meanwhile are found again by a scan of the recordings. The damaged file is kept.',
};

const rebuild: StartupChoice = {
  id: 'rebuild',
  title: 'Rebuild from the recordings',
  help: 'Begins with an empty database, saves what can still be read of cameras and passwords, and finds every clip in the recordings again. What was skipped or deleted is forgotten. The damaged file is kept.',
};
