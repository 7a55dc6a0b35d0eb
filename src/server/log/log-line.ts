import { z } from 'zod';
import type { LogLevelName, LogLine } from '../../shared/log.ts';

/** What of a line is kept; a stack of a thousand calls says no more than its beginning. */
const maxLineChars = 16_000;
const maxTextChars = 4_000;

const writtenSchema = z.looseObject({
  id: z.number().int().catch(0),
  level: z.number(),
  time: z.number().int(),
  msg: z.string().catch(''),
  module: z.string().nullable().catch(null).default(null),
  err: z
    .looseObject({ message: z.string().catch(''), stack: z.string().nullable().catch(null).default(null) })
    .nullable()
    .catch(null)
    .default(null),
});

/** Reads a line as pino wrote it; null when it is none. */
export function readLogLine(text: string): LogLine | null {
  const parsed = writtenSchema.safeParse(jsonOf(text));
  if (!parsed.success) return null;
  const { id, level, time, msg, module: area, err, ...facts } = parsed.data;
  return {
    id,
    time,
    level: levelName(level),
    area,
    message: short(msg),
    facts: factsWithin(facts),
    error: err && { message: short(err.message), stack: err.stack && short(err.stack) },
  };
}

/** As it is kept in a file. */
export function writeLogLine({ id, time, level, area, message, facts, error }: LogLine): string {
  const line = {
    id,
    level: levelNumbers[level],
    time,
    ...(area !== null && { module: area }),
    ...facts,
    ...(error && { err: error }),
    msg: message,
  };
  return `${JSON.stringify(line)}\n`;
}

const levelNumbers: Record<LogLevelName, number> = {
  fatal: 60,
  error: 50,
  warn: 40,
  info: 30,
  debug: 20,
  trace: 10,
};

function levelName(level: number): LogLevelName {
  if (level >= 60) return 'fatal';
  if (level >= 50) return 'error';
  if (level >= 40) return 'warn';
  if (level >= 30) return 'info';
  return level >= 20 ? 'debug' : 'trace';
}

function factsWithin(facts: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(facts);
  return text.length <= maxLineChars ? facts : { shortened: text.slice(0, maxTextChars) };
}

function short(text: string): string {
  return text.length <= maxTextChars ? text : `${text.slice(0, maxTextChars)}…`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
