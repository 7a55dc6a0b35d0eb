import { Temporal } from 'temporal-polyfill';

const quarterMs = 15 * 60_000;
const cacheLimit = 5000;
const offsets = new Map<string, number>();

/** The local time of an instant with its distance from UTC: `2026-06-28T13:34:16+01:00`. UTC where there is no such zone. */
export function zonedText(at: number, zone: string): string {
  const minutes = offsetMinutesAt(at, zone);
  const local = new Date(at + minutes * 60_000).toISOString().slice(0, 19);
  const sign = minutes < 0 ? '-' : '+';
  return `${local}${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Zones change on quarters of an hour: one look-up serves a whole quarter. */
function offsetMinutesAt(at: number, zone: string): number {
  const quarter = Math.floor(at / quarterMs);
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const minutes = lookUp(quarter * quarterMs, zone);
  if (offsets.size >= cacheLimit) offsets.clear();
  offsets.set(key, minutes);
  return minutes;
}

function lookUp(at: number, zone: string): number {
  try {
    const placed = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
    return Math.round(placed.offsetNanoseconds / 60e9);
  } catch {
    return 0;
  }
}
