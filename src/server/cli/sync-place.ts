import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfig, type Config } from '../config.ts';
import { TimeoutError, withTimeout } from '../lib/abort.ts';
import { errnoOf } from '../lib/errors.ts';

/** Where a run keeps its clips, and where what it knows of them. */
export interface SyncPlace {
  config: Config;
  /** The state lies in the destination and is of nothing else. */
  ownsState: boolean;
}

/** The destination cannot take clips; the message is for people. */
export class DestinationError extends Error {
  override name = 'DestinationError';
}

/** Below the destination, where there is no `CONFIG_DIR`. */
export const stateFolderName = '.viofosync';
const answerMs = 15_000;

/**
 * The folders of a run: `--destination`, else `RECORDINGS`, else the current one; with its state in `CONFIG_DIR`, else
 * in the destination itself. With `isDry` nothing is made. Throws a `DestinationError` or a `ConfigError`.
 */
export async function syncPlace(options: {
  destination: string | undefined;
  env: NodeJS.ProcessEnv;
  cwd: string;
  isDry: boolean;
}): Promise<SyncPlace> {
  const { env, cwd, isDry } = options;
  const recordings = resolve(cwd, options.destination ?? (textOf(env['RECORDINGS']) || '.'));
  await checkDestination(recordings, { mustBeWritable: !isDry });
  const asked = textOf(env['CONFIG_DIR']);
  const configDir = asked === '' ? join(recordings, stateFolderName) : resolve(cwd, asked);
  if (asked === '' && !isDry) await makePrivateFolder(configDir);
  const logLevel = textOf(env['LOG_LEVEL']) || 'silent';
  const config = readConfig({
    ...env,
    // A dry run makes nothing, and looks at what is there in a copy.
    CONFIG_DIR: isDry ? tmpdir() : configDir,
    RECORDINGS: recordings,
    LOG_LEVEL: logLevel,
  });
  return { config: { ...config, configDir }, ownsState: asked === '' };
}

const textOf = (value: string | undefined) => value?.trim() ?? '';

async function checkDestination(
  path: string,
  { mustBeWritable }: { mustBeWritable: boolean },
): Promise<void> {
  try {
    const entry = await withTimeout(stat(path), answerMs, path);
    if (!entry.isDirectory()) throw new DestinationError(`${path} is not a folder.`);
    const mode = mustBeWritable ? constants.W_OK | constants.X_OK : constants.R_OK | constants.X_OK;
    await withTimeout(access(path, mode), answerMs, path);
  } catch (error) {
    throw destinationError(path, error);
  }
}

async function makePrivateFolder(path: string): Promise<void> {
  try {
    await withTimeout(mkdir(path, { mode: 0o700, recursive: true }), answerMs, path);
  } catch (error) {
    throw destinationError(path, error);
  }
}

function destinationError(path: string, error: unknown): DestinationError {
  if (error instanceof DestinationError) return error;
  if (error instanceof TimeoutError)
    return new DestinationError(`${path} does not answer. Is the share or its disk asleep or gone?`);
  const code = errnoOf(error) ?? 'EIO';
  const words: Record<string, string> = {
    ENOENT: 'does not exist. Mount it, or make the folder first',
    ENOTDIR: 'lies below a file',
    EACCES: `cannot be used by this user (uid ${process.getuid?.() ?? '?'})`,
    EPERM: `cannot be used by this user (uid ${process.getuid?.() ?? '?'})`,
    EROFS: 'is on a read-only file system',
    ENOSPC: 'is full',
    EDQUOT: 'is full',
  };
  return new DestinationError(`${path} ${words[code] ?? `cannot be used (${code})`}.`, { cause: error });
}
