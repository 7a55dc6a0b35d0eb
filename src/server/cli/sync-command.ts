import { Option, type Command } from 'commander';
import { layouts, type Settings } from '../../shared/settings.ts';
import { parseCameraAddress } from '../camera/address.ts';
import { ConfigError } from '../config.ts';
import { syncDryRun } from './sync-dry-run.ts';
import { syncExit, syncExitWords } from './sync-exit-policy.ts';
import {
  addFilter,
  filterWords,
  parseKeep,
  priorities,
  runChoice,
  type FilterWord,
  type Priority,
} from './sync-choice.ts';
import { syncPlace } from './sync-place.ts';
import { complain, exitOf, syncRun, type SyncRunOptions } from './sync.ts';
import { version } from './version.ts';

interface SyncFlags {
  once?: boolean;
  destination?: string;
  grouping?: Settings['layout'];
  keep?: number;
  priority?: Priority;
  filter?: FilterWord[];
  dryRun?: boolean;
  verbose?: boolean;
  quiet?: boolean;
  cron?: boolean;
}

const exitHelp = `
Exit codes:
${syncExitWords.map(([code, meaning]) => `  ${code.padEnd(9)} ${meaning}`).join('\n')}

Under cron it says nothing unless something is wrong. Example, every ten minutes:
  */10 * * * *  viofosync sync --once 192.168.1.254 --destination /srv/dashcam --cron
`;

/** `viofosync sync --once ADDRESS`: for those who fetch from a script or by cron, without a server. */
export function addSyncCommand(program: Command, { env }: { env: NodeJS.ProcessEnv }): void {
  program
    .command('sync')
    .description('fetch all that is wanted from one camera, then end (with --once)')
    .argument('<address>', 'where the camera answers, for example 192.168.1.254')
    .option('--once', 'fetch once and end; a server, without this command, does it all the time')
    .option(
      '-d, --destination <folder>',
      'the folder of the archive (default: $RECORDINGS, else the current folder)',
    )
    .addOption(
      new Option('-g, --grouping <layout>', 'folders by date (default: as the settings say)').choices(
        layouts,
      ),
    )
    .option(
      '-k, --keep <range>',
      'fetch nothing older than this unless it is locked: 12h, 10d, 2w, 3m, 1y; nothing is deleted by it',
      parseKeep,
    )
    .addOption(
      new Option(
        '-p, --priority <order>',
        'date: the oldest first; rdate: the newest first (default: as the settings say)',
      ).choices(priorities),
    )
    .option(
      '-f, --filter <words>',
      `only these kinds and channels, with commas or given again: ${filterWords.join(', ')}`,
      addFilter,
    )
    .option('--dry-run', 'print what would be fetched, and change nothing')
    .option('-v, --verbose', 'print a line for each clip that was fetched')
    .option('-q, --quiet', 'no progress on a terminal either')
    .option('--cron', 'the same as --quiet')
    .addHelpText('after', exitHelp)
    .showHelpAfterError('(viofosync sync --help shows what can be given)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? syncExit.done : syncExit.usage))
    .action(async (address: string, flags: SyncFlags) => {
      process.exitCode = await runSync(address, flags, env);
    });
}

/** Returns the exit code; throws what the command line reports itself. */
async function runSync(address: string, flags: SyncFlags, env: NodeJS.ProcessEnv): Promise<number> {
  if (!flags.once) {
    complain('sync needs --once. To fetch all the time, start viofosync without a command: it is a server.');
    return syncExit.usage;
  }
  const stop = stopOnSignals();
  try {
    const run = await runOptions(address, flags, { env, signal: stop.signal });
    const code = await (flags.dryRun ? syncDryRun(run) : syncRun(run));
    return code ?? stop.exitCode();
  } catch (error) {
    if (stop.signal.aborted) return stop.exitCode();
    const code = exitOf(error);
    if (code === null) throw error;
    complain(error instanceof Error ? error.message : String(error));
    return code;
  }
}

async function runOptions(
  text: string,
  flags: SyncFlags,
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<SyncRunOptions> {
  const address = parseCameraAddress(text);
  if ('error' in address) throw new ConfigError([address.error]);
  const place = await syncPlace({
    destination: flags.destination,
    env,
    cwd: process.cwd(),
    isDry: flags.dryRun === true,
  });
  const filter = flags.filter ?? [];
  return {
    config: place.config,
    version,
    once: {
      address: address.hostHeader,
      ownsState: place.ownsState,
      choice: runChoice(filter, flags.priority ?? null),
    },
    settingsOverride: {
      ...(flags.grouping && { layout: flags.grouping }),
      ...(flags.keep !== undefined && { fetchMaxAgeDays: flags.keep }),
      ...(filter.includes('photo') && { fetchPhotos: true }),
    },
    isVerbose: flags.verbose === true,
    isQuiet: flags.quiet === true || flags.cron === true,
    signal,
  };
}

/** The first signal asks the run to stop; a second one ends the process at once. */
function stopOnSignals(): { signal: AbortSignal; exitCode(): number } {
  const stopping = new AbortController();
  let code = 128 + 15;
  for (const [name, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(128 + number);
      code = 128 + number;
      stopping.abort();
    });
  }
  return { signal: stopping.signal, exitCode: () => code };
}
