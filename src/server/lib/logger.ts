import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Positions and secrets never enter the log, whatever a caller passes along by mistake. */
const redactedFields = [
  'password',
  'passphrase',
  'token',
  'secret',
  'authorization',
  'cookie',
  'latitude',
  'longitude',
  'lat',
  'lon',
  'points',
].flatMap((name) => [name, `*.${name}`]);

/** Lines for people on standard output, or one JSON object a line for machines. */
export function createLogger(options: { level: LogLevel; json: boolean }): Logger {
  const settings = {
    level: options.level,
    base: null,
    redact: { paths: redactedFields, censor: '[private]' },
  };
  if (options.json) return pino(settings, pino.destination({ fd: 1, sync: true }));
  return pino(
    settings,
    pretty({
      colorize: process.stdout.isTTY,
      ignore: 'pid,hostname,module',
      translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
      singleLine: true,
      sync: true,
      destination: 1,
    }),
  );
}
