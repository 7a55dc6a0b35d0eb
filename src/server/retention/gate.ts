import type { Obstacle } from '../../shared/retention.ts';
import type { ArchiveVolume } from '../../shared/status.ts';
import type { Scan } from '../../shared/system.ts';
import { dayMs } from './policy.ts';

/** What is known of this machine's clock. Times are UTC ms. */
export interface ClockFacts {
  now: number;
  /** When it was last believed; null before the first time. It is moved on only while nothing speaks against the clock. */
  seenAt: number | null;
  /** When the newest clip arrived, by this machine's clock. */
  lastArchivedAt: number | null;
  /** A clip that its camera dated within two days of now has arrived since `seenAt`. */
  hasFreshClip: boolean;
  /** When a person last said that it is right; null when nobody did. */
  confirmedAt: number | null;
  /** The newest date of a clip in the archive that is not after now; looked at while the clock was never believed. */
  newestStart?: number | null;
}

export interface GateFacts {
  /** As it was looked at just now. */
  volume: ArchiveVolume;
  /** `hasFinished`: a scan has once gone through the whole archive. */
  scan: Pick<Scan, 'state' | 'message'> & { hasFinished: boolean };
  clock: ClockFacts;
}

/** Why nothing may be deleted by rule now; null when nothing speaks against it. */
export function gateOf({ volume, scan, clock }: GateFacts): Obstacle | null {
  return volumeObstacleOf(volume) ?? scanObstacleOf(scan) ?? clockObstacleOf(clock);
}

/** A full disk that answers is ours all the same, and needs the deletions most. */
function volumeObstacleOf({ state, message, freeBytes }: ArchiveVolume): Obstacle | null {
  const isOurs = state === 'ready' || ((state === 'full' || state === 'critical') && freeBytes !== null);
  if (isOurs) return null;
  return {
    code: 'volume',
    message: message ?? 'The recordings volume is still being looked at.',
    advice: 'Nothing is deleted by rule until it is there and known to be the right one.',
  };
}

function scanObstacleOf({ state, hasFinished, message }: GateFacts['scan']): Obstacle | null {
  if (hasFinished && state !== 'running') return null;
  if (state === 'running')
    return {
      code: 'scan',
      message: 'The archive folder is being looked through.',
      advice: 'Deleting by rule begins when that is done.',
    };
  return {
    code: 'scan',
    message: `The archive folder has not been looked through to its end.${message === null ? '' : ` ${message}`}`,
    advice: 'Look through it on the page Health. Deleting by rule begins when that is done.',
  };
}

/** This program is not older. */
const firstPossible = Date.UTC(2026, 0, 1);
const behindMs = dayMs;
const jumpMs = 3 * dayMs;
/** Without any earlier look at the clock, recordings that end this long ago are taken for a clock that is ahead. */
const silenceMs = 365 * dayMs;

/** Why the clock cannot be believed; null when nothing speaks against it. */
export function clockObstacleOf(clock: ClockFacts): Obstacle | null {
  return behindOf(clock) ?? jumpedOf(clock);
}

function behindOf(clock: ClockFacts): Obstacle | null {
  const { now, seenAt } = clock;
  if (now < firstPossible) return behind(now, 'which cannot be');
  if (seenAt !== null && now < seenAt - behindMs)
    return behind(now, `but it was ${dateOf(seenAt)} when this program last looked at it`);
  const arrived = believedArrival(clock);
  if (arrived !== null && now < arrived - behindMs)
    return behind(now, `but a recording arrived here on ${dateOf(arrived)}`);
  return null;
}

/**
 * A clip that arrived while the clock was far ahead would speak against it for years. It does not once a person has said
 * that the clock, now behind it, is right: since then, when it was last believed is what it is measured by.
 */
function believedArrival({ lastArchivedAt, seenAt, confirmedAt }: ClockFacts): number | null {
  const isOutdone = confirmedAt !== null && seenAt !== null && confirmedAt <= seenAt;
  return isOutdone ? null : lastArchivedAt;
}

function jumpedOf(clock: ClockFacts): Obstacle | null {
  const { now, seenAt, confirmedAt, lastArchivedAt, newestStart } = clock;
  if (clock.hasFreshClip) return null;
  const believedAt = latest(seenAt, confirmedAt);
  if (believedAt !== null)
    return now - believedAt > jumpMs
      ? jumped(now, `when this program last looked at it, it was ${dateOf(believedAt)}`)
      : null;
  const newest = latest(lastArchivedAt, newestStart ?? null);
  return newest !== null && now - newest > silenceMs
    ? jumped(now, `the newest recording is of ${dateOf(newest)}`)
    : null;
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function behind(now: number, against: string): Obstacle {
  return {
    code: 'clock_behind',
    message: `The clock of this machine says ${dateOf(now)}, ${against}.`,
    advice:
      now < firstPossible
        ? 'Set the clock right; deleting by rule goes on by itself then.'
        : 'Set the clock right; deleting by rule goes on by itself then. If it is right, say so on the page Storage.',
  };
}

function jumped(now: number, against: string): Obstacle {
  return {
    code: 'clock_jumped',
    message: `The clock of this machine says ${dateOf(now)}; ${against}.`,
    advice:
      'If the clock is right, say so on the page Storage; a recording of these days that arrives from a camera says it too.',
  };
}

const dates = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
/** `3 January 2020`, in UTC. */
const dateOf = (at: number): string => dates.format(at);
