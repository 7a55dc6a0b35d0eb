import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { withoutPrivate } from './private-text.ts';

export type { Logger } from 'pino';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Positions and secrets never enter the log, whatever a caller passes along by mistake. */
const redactedFields = [
  'password',
  'newPassword',
  'currentPassword',
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

/** Where lines go beside standard output: one JSON object, with its line end, each. */
export interface LogSink {
  write(line: string): void;
}

export interface LogOptions {
  level: LogLevel;
  json: boolean;
  /** Gets every line that is not too unimportant, as JSON. */
  also?: LogSink;
  /** In the stead of standard output. */
  out?: LogSink;
}

/** A log whose level may change while it runs, also for those who got theirs of it long ago. */
export interface Logs {
  log: Logger;
  setLevel: (level: LogLevel) => void;
}

/** Lines for people on standard output, or one JSON object a line for machines. */
export function createLogger(options: LogOptions): Logger {
  return createLogs(options).log;
}

export function createLogs({ level, json, also, out }: LogOptions): Logs {
  const gate = new LevelGate(level, [out ?? output(json), ...(also ? [also] : [])]);
  const log = pino(
    {
      // What is more talkative than that is asked for at the start only.
      level: level === 'trace' ? 'trace' : 'debug',
      base: null,
      redact: { paths: redactedFields, censor: '[private]' },
      hooks: { streamWrite: withoutPrivate },
    },
    gate,
  );
  return { log, setLevel: (next) => gate.setLevel(next) };
}

function output(json: boolean): LogSink {
  if (json) return pino.destination({ fd: 1, sync: true });
  return pretty({
    colorize: process.stdout.isTTY,
    ignore: 'pid,hostname,module',
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
    singleLine: true,
    sync: true,
    destination: 1,
  });
}

/** Lets lines through by their level; children of a logger keep the level they were born with, this does not. */
class LevelGate implements DestinationStream {
  /** Asks pino to set `lastLevel` before each line. */
  readonly [pino.symbols.needsMetadataGsym] = true;
  lastLevel = 0;
  private least: number;
  private readonly sinks: readonly LogSink[];

  constructor(level: LogLevel, sinks: readonly LogSink[]) {
    this.sinks = sinks;
    this.least = rankOf(level);
  }

  setLevel(level: LogLevel): void {
    this.least = rankOf(level);
  }

  write(line: string): void {
    if (this.lastLevel < this.least) return;
    for (const sink of this.sinks) sink.write(line);
  }
}

function rankOf(level: LogLevel): number {
  return level === 'silent' ? Infinity : (pino.levels.values[level] ?? 30);
}
