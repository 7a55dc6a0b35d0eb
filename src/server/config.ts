import { accessSync, constants, mkdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { hostNamesOf, hostNamesSchema } from '../shared/setting-values.ts';
import { mistakeInSetupCode } from './accounts/setup-code.ts';
import { logLevels, type LogLevel } from './lib/logger.ts';

/** What the process is started with; what the user changes while it runs is `Settings`. */
export interface Config {
  configDir: string;
  recordings: string;
  /** IANA zone in which camera-local times are read, unless the settings name one. */
  zone: string;
  /** `TZ` says so, rather than the machine. */
  isZoneGiven: boolean;
  /** Null: as the settings say, else the default. */
  host: string | null;
  port: number | null;
  /** In a container the page is reached through the container's own network. */
  isContainer: boolean;
  logLevel: LogLevel;
  /** `LOG_LEVEL` says so, rather than the settings. */
  isLogLevelGiven?: boolean;
  logJson: boolean;
  ffmpegPath: string;
  /** `VIOFOSYNC_SETUP_CODE`; null makes a new one. */
  setupCode: string | null;
  /** Addresses and networks of reverse proxies whose word on who asks is believed. */
  trustProxy: string[];
  /** Host names that it answers by, beside those of the settings. */
  allowedHosts: string[];
  /** `npm run dev`: the page comes from Vite's own port. */
  isDevelopment: boolean;
}

/** All mistakes of the environment at once; `main` prints them and ends with code 2. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly mistakes: string[];
  constructor(mistakes: string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

/** The variables read, for `--help`. */
export const configVariables: [name: string, help: string][] = [
  [
    'CONFIG_DIR',
    'folder of the database and settings (default /config, or ~/.viofosync when that cannot be made)',
  ],
  [
    'RECORDINGS',
    'folder of the archive (default /recordings, or ~/viofosync-recordings beside ~/.viofosync)',
  ],
  [
    'TZ',
    "the camera's time zone, for example Europe/London, unless the settings name one (default: the machine's)",
  ],
  [
    'WEB_HOST',
    'address to listen on (default: the setting, else 127.0.0.1, in a container 0.0.0.0); beyond this machine only with a password',
  ],
  ['WEB_PORT', 'port to listen on (default: the setting, else 8080; 0 takes a free one)'],
  ['VIOFOSYNC_SETUP_CODE', 'code that set-up asks for (default: a new one at each start, in the log)'],
  [
    'TRUST_PROXY',
    'addresses or networks of reverse proxies that are believed when they name their visitors, for example 172.18.0.2 or 10.0.0.0/8; commas between (default: none)',
  ],
  [
    'ALLOWED_HOSTS',
    'names of the internet that it answers by, for example cam.example.com or *.example.com; commas between (default: those of the settings)',
  ],
  ['LOG_LEVEL', `one of ${logLevels.join(', ')} (default: the setting, else info)`],
  ['LOG_FORMAT', 'text or json (default text)'],
  ['FFMPEG_PATH', 'the ffmpeg to use (default: the one on the PATH)'],
];

const environment = z.object({
  CONFIG_DIR: z.string().optional(),
  RECORDINGS: z.string().optional(),
  TZ: z
    .string()
    .optional()
    .refine(isZone, {
      error: (issue) => `'${String(issue.input)}' is not a time zone; use a name such as Europe/London`,
    }),
  WEB_HOST: z
    .string()
    .optional()
    .refine((host) => host === undefined || isIP(host) !== 0 || /^[\w.-]+$/.test(host), {
      error: (issue) => `'${String(issue.input)}' is neither an address nor a name to listen on`,
    }),
  WEB_PORT: z
    .string()
    .optional()
    .refine((text) => text === undefined || (/^\d{1,5}$/.test(text) && Number(text) <= 65_535), {
      error: (issue) => `'${String(issue.input)}' is not a port; use a number from 0 to 65535`,
    }),
  VIOFOSYNC_SETUP_CODE: z
    .string()
    .optional()
    .refine((code) => code === undefined || mistakeInSetupCode(code) === null, {
      error: (issue) => mistakeInSetupCode(String(issue.input)) ?? '',
    }),
  TRUST_PROXY: z
    .string()
    .optional()
    .refine((text) => listOf(text).every(isAddressOrNetwork), {
      error: (issue) =>
        `'${String(issue.input)}' has something that is neither an address nor a network such as 10.0.0.0/8`,
    }),
  ALLOWED_HOSTS: hostNamesSchema.optional(),
  LOG_LEVEL: z
    .enum(logLevels, { error: (issue) => `'${String(issue.input)}' is not one of ${logLevels.join(', ')}` })
    .default('info'),
  LOG_FORMAT: z
    .enum(['text', 'json'], { error: (issue) => `'${String(issue.input)}' is neither text nor json` })
    .default('text'),
});

/**
 * Reads the environment; an empty variable counts as unset. Makes the config folder where it is missing.
 * Throws a `ConfigError` that names every mistake.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = environment.safeParse(set);
  const mistakes = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const home = join(homedir(), '.viofosync');
  const configDir = chooseConfigDir(set['CONFIG_DIR'], ['/config', home], mistakes);
  // Never touched here: a share that hangs must not keep the page from answering.
  const recordings = resolve(
    set['RECORDINGS'] ?? (configDir === home ? join(homedir(), 'viofosync-recordings') : '/recordings'),
  );
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes);
  return {
    configDir,
    recordings,
    zone: parsed.data.TZ ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    isZoneGiven: parsed.data.TZ !== undefined,
    host: parsed.data.WEB_HOST ?? null,
    port: parsed.data.WEB_PORT === undefined ? null : Number(parsed.data.WEB_PORT),
    isContainer: set['VIOFOSYNC_CONTAINER'] === '1',
    setupCode: set['VIOFOSYNC_SETUP_CODE'] ?? null,
    trustProxy: listOf(parsed.data.TRUST_PROXY),
    allowedHosts: hostNamesOf(parsed.data.ALLOWED_HOSTS ?? ''),
    logLevel: parsed.data.LOG_LEVEL,
    isLogLevelGiven: set['LOG_LEVEL'] !== undefined,
    logJson: parsed.data.LOG_FORMAT === 'json',
    ffmpegPath: set['FFMPEG_PATH'] ?? 'ffmpeg',
    isDevelopment: set['VIOFOSYNC_DEV'] === '1',
  };
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,;]+/).filter((one) => one !== '');
}

/** `172.18.0.2`, `10.0.0.0/8`, `fd00::/8`, or a word for the addresses of loopback and of home networks. */
function isAddressOrNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function isZone(name: string | undefined): boolean {
  if (name === undefined) return true;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A folder that was asked for must work; of the defaults, the first that does. */
function chooseConfigDir(asked: string | undefined, defaults: string[], mistakes: string[]): string {
  const candidates = asked === undefined ? defaults : [resolve(asked)];
  const failures: string[] = [];
  for (const path of candidates) {
    const failure = prepareFolder(path);
    if (!failure) return path;
    failures.push(failure);
  }
  mistakes.push(`CONFIG_DIR: ${failures.join('; ')}; set it to a folder that can be written`);
  return candidates[0] ?? '';
}

/** What stands in the way of using the folder, or undefined. */
function prepareFolder(path: string): string | undefined {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const words: Record<string, string> = {
      EEXIST: 'is a file, not a folder',
      ENOTDIR: 'lies below a file',
      EACCES: 'cannot be written by this user',
      EROFS: 'is on a read-only file system',
    };
    return `${path} ${words[reason] ?? `cannot be used (${reason})`}`;
  }
}
