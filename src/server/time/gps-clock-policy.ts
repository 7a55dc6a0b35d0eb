import type { GpsClock } from '../../shared/clock.ts';
import type { ZoneOffsets } from '../lib/zones.ts';

/** What zones are asked for: `offsetMs` and `instants` of `ZoneOffsets`. */
export type Zones = Pick<ZoneOffsets, 'offsetMs' | 'instants'>;

/** What the fixes of a clip say of its camera's clocks. */
export interface FixClock {
  /** The named start of the clip, as if it were UTC. */
  wallMs: number;
  /** The records' clock at the start of the clip, less the named start. */
  offsetMs: number;
  /** By how much the records' clock jumped at the first fix, to a quarter of an hour. */
  jumpMs: number | null;
  /** IANA zone of the place. */
  zone: string;
}

/** What one clip says of the clock in its camera's GPS records. `proof`: it cannot be otherwise. */
export interface Vote {
  for: 'utc' | 'local' | 'nothing' | 'outlier';
  isProof: boolean;
}

export const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
/** Names tell seconds, records come once a second, and a clock is off by some: within this, two times are one. */
export const toleranceMs = 90_000;
/** No zone is further from UTC. */
const farthestWestMs = -12 * 60 * minuteMs;
const farthestEastMs = 14 * 60 * minuteMs;

export const toQuarter = (ms: number): number => Math.round(ms / quarterMs) * quarterMs;

/** Whether a clock may be this much ahead of UTC because of its zone. */
export function isZoneOffset(ms: number): boolean {
  return (
    ms >= farthestWestMs - toleranceMs &&
    ms <= farthestEastMs + toleranceMs &&
    Math.abs(ms - toQuarter(ms)) <= toleranceMs
  );
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= toleranceMs;

/**
 * A camera whose names run in the zone of the place (or in the one it is said to have) tells by one clip: records that
 * agree with the name are its own wall clock, records that are a zone's offset behind are UTC. In a zone without an
 * offset both are the same. A jump at the first fix by the zone's offset is firmware that puts in UTC until then and
 * its own wall clock from then on.
 */
export function voteOf(fix: FixClock, cameraZone: string | null, zones: Zones): Vote {
  const zone = cameraZone ?? fix.zone;
  const zoneMs = zones.offsetMs(zone, fix.wallMs + fix.offsetMs);
  const localMs = zones.offsetMs(zone, fix.wallMs - zoneMs);
  const isLocal = isNear(fix.offsetMs, 0);
  if (isColdStart(fix, localMs)) return { for: 'local', isProof: true };
  if (zoneMs === 0 || localMs === 0) return { for: isLocal ? 'nothing' : 'outlier', isProof: false };
  if (isLocal) return { for: 'local', isProof: false };
  return { for: isNear(fix.offsetMs, -zoneMs) ? 'utc' : 'outlier', isProof: false };
}

/** The records began in UTC and went over to the camera's wall clock, which is that of the name. */
export function isColdStart({ jumpMs, offsetMs }: FixClock, zoneMs: number): boolean {
  if (jumpMs === null || jumpMs === 0 || !isZoneOffset(jumpMs)) return false;
  return isNear(jumpMs, zoneMs) || isNear(offsetMs, 0);
}

/** Of several clips, not of one: a camera's clock may be wrong in it. */
const enough = 3;
/** So many times as many as those that say otherwise. */
const lead = 4;

/** What clips say together; the verdict before stays where they are too few or do not agree. */
export function verdictOf(votes: readonly Vote[], before: GpsClock): GpsClock {
  const count = (side: Vote['for'], proofs: boolean) =>
    votes.filter((vote) => vote.for === side && vote.isProof === proofs).length;
  const [utc, local, proofs] = [count('utc', false), count('local', false), count('local', true)];
  if (proofs > 0 && proofs + local >= utc) return 'local';
  if (utc >= enough && utc >= lead * (local + proofs)) return 'utc';
  if (local >= enough && local >= lead * utc) return 'local';
  return before;
}

/** What the camera of an installation is known to do, for people. */
export function reasonOf(clock: GpsClock, votes: readonly Vote[]): string {
  const count = (side: Vote['for']) => votes.filter((vote) => vote.for === side).length;
  const [utc, local, outliers] = [count('utc'), count('local'), count('outlier')];
  const proofs = votes.filter((vote) => vote.isProof).length;
  const others =
    outliers > 0
      ? ` ${clipsText(outliers)} with a clock that was off ${outliers === 1 ? 'was' : 'were'} left out.`
      : '';
  if (votes.length === 0) return 'No clip with a position has been read yet.';
  if (clock === 'local' && proofs > 0)
    return `At a cold start the time in its GPS records jumped from UTC to the camera's own time (${clipsText(proofs)}).${others}`;
  if (clock === 'local')
    return `In ${clipsText(local)} the GPS time is the time of the name, away from the zone of UTC.${others}`;
  if (clock === 'utc')
    return `In ${clipsText(utc)} the GPS time is behind or ahead of the name by the zone's offset, as UTC is.${others}`;
  if (utc + local > 0)
    return `${clipsText(utc)} for UTC, ${clipsText(local)} for the camera's own time: not enough to tell.${others}`;
  return `Where the car was, UTC and the camera's time are the same, so nothing can be told yet.${others}`;
}

const clipsText = (count: number): string => `${count} ${count === 1 ? 'clip' : 'clips'}`;
