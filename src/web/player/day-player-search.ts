/** What the address of a played day can name: the instant to begin at, and the part of the day; UTC milliseconds. */
export interface DayPlayerSearch {
  at?: number;
  from?: number;
  to?: number;
}

/** Reads the address; what makes no sense is left out. */
export function dayPlayerSearch(search: Record<string, unknown>): DayPlayerSearch {
  const found: DayPlayerSearch = {};
  for (const key of ['at', 'from', 'to'] as const) {
    const value = Number(search[key]);
    if (Number.isSafeInteger(value) && value > 0) found[key] = value;
  }
  const isBackwards = found.from !== undefined && found.to !== undefined && found.to <= found.from;
  return isBackwards ? {} : found;
}
