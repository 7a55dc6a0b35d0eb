import type { LogFilter } from '../../shared/log.ts';

/** The log's filters as the address has them. */
export interface LogSearch {
  level?: 'info' | 'warn' | 'error';
  area?: string;
  q?: string;
  /** Lines up to this instant, UTC milliseconds; the newest then are not followed. */
  until?: number;
}

const levels = ['info', 'warn', 'error'] as const;

/** Reads an address; what makes no sense is left out. */
export function logSearch({ level, area, q: typed, until }: Record<string, unknown>): LogSearch {
  // An address holds numbers as numbers.
  const q = typeof typed === 'number' ? String(typed) : typed;
  const found = levels.find((each) => each === level);
  const instant = Number(until);
  return {
    ...(found && { level: found }),
    ...(isText(area, 60) && { area }),
    ...(isText(q, 200) && { q }),
    ...(until !== undefined && Number.isSafeInteger(instant) && instant > 0 && { until: instant }),
  };
}

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= most;

/** What the server is asked for. */
export function filterOf({ level, area, q }: LogSearch): LogFilter {
  return {
    ...(level && { level }),
    // The address has a word for the program itself, which has no area.
    ...(area !== undefined && { area: area === 'app' ? '' : area }),
    ...(q !== undefined && { text: q }),
  };
}
