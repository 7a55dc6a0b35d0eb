import type { Settings } from '../../shared/settings.ts';
import type { JourneyRules } from './journey-types.ts';

/** Counts up when the same settings derive other journeys. */
const rulesVersion = 2;

/** The settings that journeys are derived by. */
export function rulesOf(settings: Settings): JourneyRules {
  return {
    stopMs: settings.stopSeconds * 1000,
    stopRadiusM: settings.stopRadiusM,
    departureMs: settings.departureSeconds * 1000,
    sessionGapMs: settings.sessionGapSeconds * 1000,
    journeyMinM: settings.journeyMinMetres,
    paddingMs: settings.journeyPaddingSeconds * 1000,
  };
}

/** One text for each way to derive. */
export const fingerprintOf = (rules: JourneyRules): string =>
  JSON.stringify({ version: rulesVersion, ...rules });

const minuteMs = 60_000;

/** How far a position can reach in deciding whether the car stands at another moment. */
export const standingReachMs = ({ stopMs, departureMs }: JourneyRules): number =>
  stopMs + departureMs + 5 * minuteMs;

/** What is further away in time than this, with nothing in between, is derived alike without it. */
export const linkReachMs = ({ sessionGapMs, paddingMs }: JourneyRules): number =>
  Math.max(sessionGapMs, 2 * paddingMs) + minuteMs;
