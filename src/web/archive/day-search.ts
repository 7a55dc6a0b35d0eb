/** What the address of a day can name: the clip being played, and the second of it to begin at. */
export interface DaySearch {
  clip?: number;
  t?: number;
}

/** Reads the address; what makes no sense is left out. */
export function daySearch(search: Record<string, unknown>): DaySearch {
  const clip = Number(search['clip']);
  if (!Number.isSafeInteger(clip) || clip <= 0) return {};
  const t = Number(search['t']);
  return Number.isFinite(t) && t > 0 ? { clip, t: Math.floor(t) } : { clip };
}
