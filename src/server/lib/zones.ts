import { Temporal } from 'temporal-polyfill';

/** A camera-local time placed on the UTC line. */
export interface PlacedTime {
  /** Milliseconds since 1970, UTC. */
  at: number;
  /** Minutes east of UTC that were in force. */
  offsetMinutes: number;
}

const quarterHourMs = 15 * 60_000;
const cacheLimit = 20_000;

/**
 * Places camera-local times (`2026-06-28T13:34:16`, no zone) in an IANA zone. The hour that occurs twice in autumn
 * is read as its first passing, the hour that spring leaves out as if the clock had not been changed.
 * Zone offsets change only on quarters of an hour of local time, so one look-up serves a whole quarter.
 */
export class ZonedTimes {
  readonly zone: string;
  private readonly offsets = new Map<number, number>();

  constructor(zone: string) {
    this.zone = zone;
  }

  place(localStart: string): PlacedTime {
    const asUtc = Date.parse(`${localStart}Z`);
    if (Number.isNaN(asUtc)) throw new RangeError(`not a local time: ${localStart}`);
    const offsetMinutes = this.offsetAt(Math.floor(asUtc / quarterHourMs));
    // Before zones were made by law, offsets were not whole minutes: the instant is exact, what is shown is rounded.
    return { at: asUtc - offsetMinutes * 60_000, offsetMinutes: Math.round(offsetMinutes) };
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
