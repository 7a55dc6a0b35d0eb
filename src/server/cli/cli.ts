import { Command } from 'commander';
import { parseCameraAddress } from '../camera/address.ts';
import { ConfigError, configVariables, readConfig } from '../config.ts';
import { journalFor } from '../db/network-fs.ts';
import { UnusableDatabaseError } from '../db/open.ts';
import { DamagedDatabaseError } from '../db/sqlite-files.ts';
import { backupCommand, CommandError, restoreCommand } from './database.ts';
import { passwordCommand, PasswordCommandError } from './password.ts';
import { serveCommand } from './serve.ts';
import { addSyncCommand } from './sync-command.ts';
import { version } from './version.ts';

export interface CliContext {
  argv: string[];
  env: NodeJS.ProcessEnv;
  webRoot: string;
}

/** Wrong configuration: nothing was started. */
const configExitCode = 2;

/** Reads the command line and runs what it asks for; sets the exit code. */
export async function run(context: CliContext): Promise<void> {
  const program = new Command('viofosync')
    .description("Fetches a Viofo dashcam's recordings into an archive of your own, and shows them.")
    .version(version, '-V, --version')
    .option(
      '--camera <address>',
      'make sure that a camera at this address is known, for example 192.168.1.254',
    )
    .addHelpText(
      'after',
      `\nEnvironment:\n${configVariables.map(([name, help]) => `  ${name.padEnd(12)} ${help}`).join('\n')}\n`,
    )
    .showHelpAfterError('(--help shows what can be given)')
    .action(async (options: { camera?: string }) => {
      const config = readConfig(context.env);
      const { webRoot } = context;
      await serveCommand({ config, webRoot, version, cameraAddress: addressOption(options.camera) });
    });
  addDatabaseCommands(program, context);
  addPasswordCommand(program, context);
  addSyncCommand(program, context);
  program.exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : configExitCode);
  });
  try {
    await program.parseAsync(context.argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function addDatabaseCommands(program: Command, { env }: CliContext): void {
  program
    .command('backup')
    .description('back the database up, also while the program runs')
    .option('-o, --output <file>', 'write it there instead of into $CONFIG_DIR/backups')
    .action(async ({ output }: { output?: string }) => {
      const { configDir } = readConfig(env);
      const path = await backupCommand({ configDir, output, now: Date.now() });
      console.log(`The database was backed up to ${path}`);
    });
  program
    .command('restore')
    .description('put a backup in the place of the database; the present one is kept')
    .argument('<file>', 'a backup, or a kept copy of an earlier version')
    .action(async (file: string) => {
      const { configDir } = readConfig(env);
      const kept = await restoreCommand({ configDir, file, now: Date.now() });
      console.log(
        `${file} is the database now.${kept === null ? '' : ` The one before is kept as ${kept}.`}`,
      );
    });
}

function addPasswordCommand(program: Command, { env }: CliContext): void {
  program
    .command('password')
    .description('set the password; it is read from the terminal or standard input')
    .action(async () => {
      const { configDir } = readConfig(env);
      await passwordCommand({ configDir, journal: journalFor(configDir).journal, stdin: process.stdin });
    });
}

/** Throws a `ConfigError` when what was given is no address. */
function addressOption(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const address = parseCameraAddress(text);
  if ('error' in address) throw new ConfigError([`--camera: ${address.error}`]);
  return text;
}

/** Prints what stood in the way of starting; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof ConfigError) {
    console.error('viofosync cannot start with what it was given:');
    for (const mistake of error.mistakes) console.error(`  ${mistake}`);
    return configExitCode;
  }
  if (error instanceof CommandError || error instanceof PasswordCommandError) {
    console.error(`viofosync: ${error.message}`);
    return configExitCode;
  }
  if (error instanceof UnusableDatabaseError || error instanceof DamagedDatabaseError) {
    console.error(`viofosync cannot go on: ${error.message}`);
    return configExitCode;
  }
  const reason = reasonOfWorld(error);
  if (reason !== null) {
    console.error(`viofosync cannot start: ${reason}`);
    return configExitCode;
  }
  console.error(error);
  return 1;
}

/** What in the world stands in the way, with what to do; null for what looks like a mistake of the program. */
function reasonOfWorld(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const place = 'port' in error ? `port ${String(error.port)}` : 'its port';
  if (error.code === 'EADDRINUSE') return `another program uses ${place}. Set WEB_PORT to a free one.`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `this machine has no such address to listen on (${error.message}). Set WEB_HOST to another.`;
  if ('syscall' in error && error.syscall === 'listen')
    return `${place} cannot be used (${String(error.code)}). Set WEB_PORT to another.`;
  if (error.name === 'SqliteError' || error.name === 'DatabaseJobError') {
    return `the database could not be prepared: ${error.message}. Nothing of it was changed.`;
  }
  return 'syscall' in error ? `${error.message}.` : null;
}
