import { z } from 'zod';

/** From the most to the least important. */
export const logLevelNames = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export const logLevelNameSchema = z.enum(logLevelNames);
export type LogLevelName = z.infer<typeof logLevelNameSchema>;

/** One line of the program's log, as its page shows it. */
export const logLineSchema = z.object({
  /** Greater than that of every earlier line, also across starts. */
  id: z.number().int(),
  time: z.number().int(),
  level: logLevelNameSchema,
  /** The part of the program that speaks; null for the program itself. */
  area: z.string().nullable(),
  message: z.string(),
  /** What it is about, by name. */
  facts: z.record(z.string(), z.unknown()),
  error: z.object({ message: z.string(), stack: z.string().nullable() }).nullable(),
});
export type LogLine = z.infer<typeof logLineSchema>;

export const logFilterSchema = z.object({
  /** Lines at least this important. */
  level: logLevelNameSchema.optional(),
  area: z.string().max(60).optional(),
  /** Words that all occur in the line. */
  text: z.string().max(200).optional(),
});
export type LogFilter = z.infer<typeof logFilterSchema>;

export const logPageSchema = z.object({
  /** Newest first. */
  lines: z.array(logLineSchema),
  /** Lines before this one have not been looked at; null at the beginning of the log. */
  next: z.number().int().nullable(),
  areas: z.array(z.string()),
  /** `off`: it is kept in memory only, and why is among the problems. */
  file: z.enum(['written', 'off']),
});
export type LogPage = z.infer<typeof logPageSchema>;

/**
 * What has just been written; `dropped`: so many lines more, which came too fast to be sent. Neither: from now on nothing
 * is missed, what was written before is to be read.
 */
export const logNewsSchema = z.object({ lines: z.array(logLineSchema), dropped: z.number().int() });
export type LogNews = z.infer<typeof logNewsSchema>;

/** A browser says over the live channel whether it looks at the log. */
export const logWatchSchema = z.object({ watch: z.enum(['log', 'none']) }).strict();

const ranks: Record<LogLevelName, number> = { fatal: 0, error: 1, warn: 2, info: 3, debug: 4, trace: 5 };

/** A filter made ready for many lines. */
export function logMatcher({ level, area, text }: LogFilter): (line: LogLine) => boolean {
  const least = level === undefined ? Infinity : ranks[level];
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return (line) => {
    if (ranks[line.level] > least) return false;
    if (area !== undefined && (line.area ?? '') !== area) return false;
    if (words.length === 0) return true;
    const all = textOf(line);
    return words.every((word) => all.includes(word));
  };
}

function textOf({ message, facts, error, area }: LogLine): string {
  const parts = [message, area ?? '', JSON.stringify(facts), error?.message ?? ''];
  return parts.join(' ').toLowerCase();
}

/** Ids are made of the time, so that a moment is a place in the log. */
export function logIdAt(instantMs: number): number {
  return Math.max(0, Math.min(Math.floor(instantMs), 9_000_000_000_000)) * 1000;
}
