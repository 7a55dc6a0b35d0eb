import type { Settings } from '../../shared/settings.ts';
import { startApp, NeedsDecisionError, type App } from '../app.ts';
import type { RunOnce } from '../app-options.ts';
import type { Config } from '../config.ts';
import { InUseError } from '../db/instance-lock.ts';
import { Doorbell } from '../lib/abort.ts';
import { systemClock } from '../lib/clock.ts';
import { createLogger } from '../lib/logger.ts';
import type { ListingPace } from '../sync/listing-pace.ts';
import { formatBytes, formatDuration, ProgressLine } from './sync-progress.ts';
import { syncExit } from './sync-exit-policy.ts';
import { DestinationError } from './sync-place.ts';
import { judgeRun, type RunEnd } from './sync-verdict-policy.ts';
import { RunWatch } from './sync-watch.ts';

export interface SyncRunOptions {
  config: Config;
  version: string;
  once: RunOnce;
  settingsOverride: Partial<Settings>;
  isVerbose: boolean;
  isQuiet: boolean;
  signal: AbortSignal;
}

/** A run does not wait long: it looks often, and ends. */
const pollMs = 5000;
const pace: Partial<ListingPace> = { idleMs: 20_000, heldMs: 5000 };
const lookEveryMs = 1000;

/** The program as a run that ends by itself has it: without its page. */
export function startRun(
  options: Pick<SyncRunOptions, 'config' | 'version' | 'once' | 'settingsOverride'>,
): Promise<App> {
  const { config, version, once, settingsOverride } = options;
  return startApp({
    config,
    version,
    webRoot: '',
    clock: systemClock,
    log: createLogger({ level: config.logLevel, json: config.logJson }),
    cameraAddress: once.address,
    once,
    settingsOverride,
    pollMs,
    pace,
  });
}

/**
 * Fetches all that is wanted from one camera, with the same engine as the server, and ends. Returns the exit code, or
 * null when it was told to stop. Problems go to standard error; nothing else is printed unless somebody watches.
 */
export async function syncRun(options: SyncRunOptions): Promise<number | null> {
  const { signal } = options;
  const line = new ProgressLine(process.stderr, { isQuiet: options.isQuiet });
  const startedAt = systemClock.now();
  const app = await startRun(options);
  try {
    const watch = new RunWatch({
      app,
      once: options.once,
      clock: systemClock,
      startedAt,
      onArchived: ({ name, path, bytes }) => {
        if (!options.isVerbose) return;
        line.clear();
        process.stdout.write(`${name}  ${formatBytes(bytes)}  ${path}\n`);
      },
    });
    const end = await whileItRuns(app, signal, () => untilOver({ app, watch, line, signal }));
    line.clear();
    if (end === null) return null;
    tell(end, watch);
    const { doneClips, doneBytes } = watch.figures();
    const took = formatDuration(systemClock.now() - startedAt);
    line.say(`${doneClips === 1 ? '1 clip' : `${doneClips} clips`}, ${formatBytes(doneBytes)} in ${took}.`);
    return end.exit;
  } finally {
    line.clear();
    await app.stop();
    // A thread that hangs in a call on a dead share would keep an ordinary exit waiting for ever.
    if (app.hangs()) process.once('exit', () => process.kill(process.pid, 'SIGKILL'));
  }
}

/** The outcome of the work, null when told to stop; rejects when the program cannot go on. */
export function whileItRuns<T>(
  app: App,
  signal: AbortSignal,
  work: () => Promise<T | null>,
): Promise<T | null> {
  const told = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
    if (signal.aborted) resolve(null);
  });
  const failed = app.ended.then(() => null);
  return Promise.race([told, failed, app.ready.then(work)]);
}

async function untilOver(run: {
  app: App;
  watch: RunWatch;
  line: ProgressLine;
  signal: AbortSignal;
}): Promise<RunEnd | null> {
  const { watch, line, signal } = run;
  const doorbell = new Doorbell();
  const stopListening = watch.start(() => doorbell.ring());
  try {
    while (!signal.aborted) {
      const seen = await watch.look();
      const end = seen && judgeRun(seen);
      if (end) return end;
      line.draw(watch.figures());
      await doorbell.wait(lookEveryMs, signal);
    }
    return null;
  } finally {
    stopListening();
  }
}

const clipsNamed = 20;

/** One line for each problem. */
function tell(end: RunEnd, watch: RunWatch): void {
  if (end.message !== null) complain(end.message);
  if (end.exit !== syncExit.clips) return;
  const missing = watch.missing();
  for (const { name, why } of missing.slice(0, clipsNamed))
    process.stderr.write(`  ${name}: ${why ?? 'not fetched yet'}\n`);
  if (missing.length > clipsNamed) process.stderr.write(`  and ${missing.length - clipsNamed} more\n`);
}

export function complain(message: string): void {
  process.stderr.write(`viofosync: ${message}\n`);
}

/** The exit code of what stood in the way of a run; null for what the command line reports itself. */
export function exitOf(error: unknown): number | null {
  if (error instanceof InUseError) return syncExit.locked;
  if (error instanceof DestinationError) return syncExit.destination;
  if (error instanceof NeedsDecisionError)
    return error.about === 'archive' ? syncExit.destination : syncExit.usage;
  if (error instanceof Error && 'code' in error && fullCodes.has(String(error.code)))
    return syncExit.destination;
  return null;
}

const fullCodes = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT']);
