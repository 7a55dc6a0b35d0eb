/** How values of the existing system's settings are read: its generations stored them as JSON or as text. Pure. */

/** No value at all: its default counts. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** Trimmed; null for what is no text, or empty. */
export function textOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? null : text;
}

/** What is no text stays as it is. */
export function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.trim().toLowerCase() : value;
}

/** The address that means every network is our default. */
export function listenAddress(value: unknown): unknown {
  return textOf(value) === '0.0.0.0' ? '' : value;
}

/** Old generations stored numbers as text. */
export function wholeNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\s*[+-]?\d{1,15}(\.0+)?\s*$/.test(value) ? Number(value) : value;
}

const daysOfUnit: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['d', 1],
  ['w', 7],
  ['m', 365.25 / 12],
  ['y', 365.25],
]);

/** The range of v1: `2w` is 14 days, `10` is 10. Null for what is not understood, and for no days at all. */
export function daysOfRange(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : textOf(value);
  const match = /^(\d{1,6})\s*([a-z]?)$/i.exec(text ?? '');
  const unit = daysOfUnit.get((match?.[2] ?? '').toLowerCase());
  const days = match && unit !== undefined ? Math.ceil(Number(match[1]) * unit) : 0;
  return days > 0 ? days : null;
}

/** `90%` is what `90` is. */
export function percentage(value: unknown): unknown {
  return wholeNumber(typeof value === 'string' ? value.replace(/\s*%\s*$/, '') : value);
}

/** Null for what is neither. */
export function booleanOf(value: unknown): boolean | null {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : value;
  if (typeof text === 'boolean') return text;
  if (typeof text !== 'string') return null;
  const word = text.trim().toLowerCase();
  if (['1', 'true', 'yes', 'on', 'y', 't'].includes(word)) return true;
  return ['0', 'false', 'no', 'off', 'n', 'f'].includes(word) ? false : null;
}
