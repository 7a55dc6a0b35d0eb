import { Temporal } from 'temporal-polyfill';
import type { Db } from '../db/open.ts';
import { wallOf } from '../../shared/wall-time.ts';

/** A camera-local time placed on the UTC line. */
export interface PlacedTime {
  /** Milliseconds since 1970, UTC. */
  at: number;
  /** Minutes east of UTC that were in force. */
  offsetMinutes: number;
}

/** Places names of one camera: in its own zone where it has one, with what was said of its clock. */
export interface PlacedName extends PlacedTime {
  /** Not simply in the zone of this installation. */
  source?: 'camera_offset';
}

/** Whoever knows how the names of each camera are read. */
export interface CameraNameTimes {
  /** In the zone of this installation, and nothing else. */
  readonly installation: NameTimes;
  of(db: Db, cameraId: number): Promise<NameTimes>;
}

/** Whoever places the names of one camera. */
export interface NameTimes {
  /** `localStart`: `2026-06-28T13:34:16`. Throws a `RangeError` for what is no time. */
  place(localStart: string): PlacedName;
}

const minuteMs = 60_000;
const quarterHourMs = 15 * minuteMs;
const dayMs = 24 * 60 * minuteMs;
const quartersOfDay = dayMs / quarterHourMs;
const cacheLimit = 20_000;

export { wallOf };

/** The wall clock as text: `2026-06-28T13:34:16`. */
export const localTextOf = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 19);

/** The day that a wall clock shows at an instant: `2026-06-28`. */
export const localDayOf = ({ at, offsetMinutes }: PlacedTime): string =>
  localTextOf(at + offsetMinutes * minuteMs).slice(0, 10);

/** Minutes east of UTC of `UTC+02:00`; null for anything else. */
export function fixedOffsetOf(zone: string): number | null {
  const match = /^UTC([+-])(\d\d):([0-5]\d)$/.exec(zone);
  if (!match) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return minutes > 14 * 60 ? null : match[1] === '-' ? -minutes : minutes;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `UTC+02:00`. */
export function fixedZone(offsetMinutes: number): string {
  const minutes = Math.abs(offsetMinutes);
  return `UTC${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Whether a text is an IANA zone or a fixed offset, as a camera may have it. */
export function isZone(zone: string): boolean {
  if (fixedOffsetOf(zone) !== null) return true;
  if (/^[+-]/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What is in force in many zones at many instants; remembers what it has looked up. */
export class ZoneOffsets {
  private readonly known = new Map<string, Map<number, number>>();

  /** Milliseconds east of UTC in a zone (IANA or `UTC+02:00`) at an instant. */
  offsetMs(zone: string, at: number): number {
    const fixed = fixedOffsetOf(zone);
    if (fixed !== null) return fixed * minuteMs;
    const day = Math.floor(at / dayMs) * dayMs;
    const offset = this.lookUp(zone, day);
    // Clocks are changed at quarters of an hour, and not twice a day.
    if (offset === this.lookUp(zone, day + dayMs)) return offset;
    return this.lookUp(zone, Math.floor(at / quarterHourMs) * quarterHourMs);
  }

  /**
   * The instants at which a zone's wall clock shows a time, the earlier first: two in the hour that occurs twice in
   * autumn; in the one that spring leaves out, that of a clock that was not changed.
   */
  instants(zone: string, wallMs: number): number[] {
    const [before, after] = [wallMs - dayMs, wallMs + dayMs].map((at) => this.offsetMs(zone, at));
    const offsets = [...new Set([before ?? 0, after ?? 0])];
    const real = offsets
      .map((offset) => wallMs - offset)
      .filter((at) => at + this.offsetMs(zone, at) === wallMs);
    return real.length > 0 ? real.toSorted((a, b) => a - b) : [wallMs - (before ?? 0)];
  }

  private lookUp(zone: string, at: number): number {
    let offsets = this.known.get(zone);
    if (!offsets) this.known.set(zone, (offsets = new Map()));
    const known = offsets.get(at);
    if (known !== undefined) return known;
    const instant = Temporal.Instant.fromEpochMilliseconds(at);
    const offset = instant.toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
    if (offsets.size >= cacheLimit) offsets.clear();
    offsets.set(at, offset);
    return offset;
  }
}

/**
 * Places camera-local times (`2026-06-28T13:34:16`, no zone) in an IANA zone. The hour that occurs twice in autumn
 * is read as its first passing, the hour that spring leaves out as if the clock had not been changed.
 * Clocks are changed on quarters of an hour of local time, and not twice a day: two look-ups serve a whole day, or on
 * the day of a change one serves a quarter.
 */
export class ZonedTimes implements NameTimes, CameraNameTimes {
  readonly zone: string;
  private readonly offsets = new Map<number, number>();
  /** Of a day all through; null for one on which it changes. */
  private readonly days = new Map<number, number | null>();

  constructor(zone: string) {
    this.zone = zone;
  }

  get installation(): this {
    return this;
  }

  /** Of every camera alike. */
  of(): Promise<this> {
    return Promise.resolve(this);
  }

  place(localStart: string): PlacedTime {
    const asUtc = wallOf(localStart);
    const offsetMinutes =
      this.offsetOfDay(Math.floor(asUtc / dayMs)) ?? this.offsetAt(Math.floor(asUtc / quarterHourMs));
    // Before zones were made by law, offsets were not whole minutes: the instant is exact, what is shown is rounded.
    return { at: asUtc - offsetMinutes * 60_000, offsetMinutes: Math.round(offsetMinutes) };
  }

  private offsetOfDay(day: number): number | null {
    const known = this.days.get(day);
    if (known !== undefined) return known;
    const [first, next] = [day, day + 1].map((one) => this.offsetAt(one * quartersOfDay));
    const offset = first !== undefined && first === next ? first : null;
    if (this.days.size >= cacheLimit) this.days.clear();
    this.days.set(day, offset);
    return offset;
  }

  private offsetAt(quarter: number): number {
    const known = this.offsets.get(quarter);
    if (known !== undefined) return known;
    const local = new Date(quarter * quarterHourMs).toISOString().slice(0, 19);
    const placed = Temporal.PlainDateTime.from(local).toZonedDateTime(this.zone);
    // Wall clock less UTC, not `placed.offset`: in the hour that spring leaves out the two differ.
    const offset = (quarter * quarterHourMs - placed.epochMilliseconds) / 60_000;
    if (this.offsets.size >= cacheLimit) this.offsets.clear();
    this.offsets.set(quarter, offset);
    return offset;
  }
}
