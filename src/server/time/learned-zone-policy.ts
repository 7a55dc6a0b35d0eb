import { fixNear, gpsClockOf, type ClockBook } from './clock-book-policy.ts';
import { isZoneOffset, minuteMs, toQuarter, type Zones } from './gps-clock-policy.ts';
import { readFix, type CameraClocks } from './time-policy.ts';
import type { Shift } from './witness-policy.ts';

/** What is known of a camera, as its rows have it. */
export interface ClockFacts {
  book: ClockBook;
  /** By hand. */
  gpsClock: 'utc' | 'local' | null;
  zone: string | null;
  shifts: readonly Shift[];
}

export interface ClocksContext {
  installationZone: string;
  zones: Zones;
  /** `UTC+02:00` of minutes. */
  fixedZone: (offsetMinutes: number) => string;
}

/** Everything that is known of a camera's clocks, as captures are placed by it. */
export function clocksOf(facts: ClockFacts, context: ClocksContext): CameraClocks {
  const { book, zone, shifts } = facts;
  const clocks: CameraClocks = {
    gpsClockAt: (wallMs) => gpsClockOf(book, facts.gpsClock, wallMs),
    zone,
    installationZone: context.installationZone,
    shifts,
    learnedZoneAt: () => null,
  };
  return { ...clocks, learnedZoneAt: (wallMs) => learnedZone(wallMs, { book, clocks, context }) };
}

/**
 * The zone that a camera's names have shown to be in: that of this installation (null) or of the place where they agree
 * with it, else a fixed offset. A clock that was simply wrong teaches nothing.
 */
function learnedZone(
  wallMs: number,
  { book, clocks, context }: { book: ClockBook; clocks: CameraClocks; context: ClocksContext },
): string | null {
  const fix = fixNear(book, wallMs);
  const reading = fix && readFix(fix, clocks, context.zones);
  if (!fix || !reading || reading.confidence === 'doubtful') return null;
  const offsetMs = -reading.deltaMs;
  if (!isZoneOffset(offsetMs) || offsetMs !== toQuarter(offsetMs)) return null;
  const at = fix.wallMs + reading.deltaMs;
  const { installationZone, zones } = context;
  if (zones.offsetMs(installationZone, at) === offsetMs) return null;
  return zones.offsetMs(fix.zone, at) === offsetMs ? fix.zone : context.fixedZone(offsetMs / minuteMs);
}
