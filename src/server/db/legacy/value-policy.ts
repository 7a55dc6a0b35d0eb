/**
 * What is believed of a value in a database that has no types: SQLite keeps whatever was written into any column.
 * Each function returns null for what makes no sense.
 */

const earliestMs = Date.UTC(2000, 0, 1);
const latestMs = Date.UTC(2100, 0, 1);
const numberPattern = /^\s*[-+]?\d+(?:\.\d+)?\s*$/;
const isoPattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/;
const longestTextLength = 2000;

/** A finite number, also one written as text. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' && numberPattern.test(value) ? Number(value) : null;
}

/** A whole number from 0 on. */
export function countOf(value: unknown): number | null {
  const number = numberOf(value);
  if (number === null || number < 0) return null;
  const whole = Math.round(number);
  return Number.isSafeInteger(whole) ? whole : null;
}

/** UTC milliseconds of what is written in seconds, in milliseconds or as ISO text (UTC where it names no zone). */
export function instantOf(value: unknown): number | null {
  const number = numberOf(value) ?? isoSeconds(value);
  if (number === null) return null;
  // No second of these years is also one of their milliseconds.
  return [number * 1000, number].map(Math.round).find((at) => at >= earliestMs && at < latestMs) ?? null;
}

function isoSeconds(value: unknown): number | null {
  const match = typeof value === 'string' ? isoPattern.exec(value.trim()) : null;
  if (!match) return null;
  const [, day = '', time = '', fraction = '', zone = 'Z'] = match;
  const at = Date.parse(`${day}T${time}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(at) ? null : at / 1000;
}

/** Milliseconds of a length in seconds; null for none and for more than a day. */
export function durationMsOf(value: unknown): number | null {
  const seconds = numberOf(value);
  return seconds !== null && seconds > 0 && seconds <= 86_400 ? Math.round(seconds * 1000) : null;
}

/** Text of any length but none, cut where it is longer than a message is. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, longestTextLength) : null;
}

/** A mark that somebody set: everything but nothing, zero and the words for no. In doubt it is set. */
export function isMarked(value: unknown): boolean {
  if (value === null || value === undefined || value === 0) return false;
  return typeof value !== 'string' || !/^\s*(?:0+(?:\.0+)?|false|no)?\s*$/i.test(value);
}
