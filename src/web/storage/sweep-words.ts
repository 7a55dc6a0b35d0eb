/** What deletes by rule is at and what it did, in sentences. */
import type { Obstacle, RemovalFailure, Retention, Sweep, SweepCause } from '../../shared/retention.ts';
import { countOf, formatBytes, formatInstant, fullStop, joinWords } from '../format.ts';
import type { Tone } from '../words.ts';

/** What it is at, in one sentence. */
export function stateWords(retention: Retention, now: number): string {
  const { state, progress, obstacle, nextAt } = retention;
  switch (state) {
    case 'off':
      return 'No rule is set: nothing is deleted by itself.';
    case 'planning':
      return 'Working out what is to go.';
    case 'sweeping':
      return progress ? progressWords(progress) : 'Deleting what the rules say.';
    case 'waiting':
      return obstacle ? fullStop(obstacle.message) : 'Nothing is deleted now.';
    case 'idle': {
      const next = nextAt === null ? '' : ` The next look is ${nextWords(nextAt, now)}.`;
      return `There is nothing to delete now.${next}`;
    }
  }
}

function nextWords(nextAt: number, now: number): string {
  return nextAt - now < 60_000 ? 'in a moment' : `at ${formatInstant(nextAt, now)}`;
}

function progressWords({ done, total, failed, freedBytes }: NonNullable<Retention['progress']>): string {
  const at = Math.min(done + 1, total).toLocaleString();
  const freed = freedBytes > 0 ? `, ${formatBytes(freedBytes)} so far` : '';
  const failures = failed > 0 ? `, ${failed.toLocaleString()} could not be deleted` : '';
  return `Deleting clip ${at} of ${total.toLocaleString()}${freed}${failures}.`;
}

const stateTones: Record<Retention['state'], Tone> = {
  off: 'quiet',
  idle: 'green',
  waiting: 'amber',
  planning: 'accent',
  sweeping: 'accent',
};

export function stateTone({ state }: Pick<Retention, 'state'>): Tone {
  return stateTones[state];
}

/** Whether a person can say that the clock is right after all. */
export function isClockAsked(obstacle: Obstacle | null): boolean {
  return obstacle?.code === 'clock_jumped' || obstacle?.code === 'clock_behind';
}

/** Orders by hand that are still to be carried out; null when there are none. */
export function pendingWords({ pending }: Pick<Retention, 'pending'>): string | null {
  if (pending === 0) return null;
  const wait = pending === 1 ? 'waits' : 'wait';
  return `${countOf(pending, 'file')} that you deleted or restored ${wait} for the disk.`;
}

const causeWords: Record<SweepCause, string> = {
  start: 'after the start',
  clock: 'by the clock',
  downloads: 'after downloads',
  settings: 'after the rules were changed',
  hand: 'by hand',
  room: 'to make room for new clips',
};

/** One run in a sentence: `Yesterday 03:10, by the clock: 112 clips deleted, 14 GB.` */
export function sweepWords(sweep: Sweep, now: number): string {
  const parts = [wentWords(sweep), leftWords(sweep), endWords(sweep)].filter((part) => part !== null);
  return fullStop(`${formatInstant(sweep.beganAt, now)}, ${causeWords[sweep.cause]}: ${parts.join('; ')}`);
}

function wentWords({ byAge, byDisk, byQuota, freedBytes, trashedBytes }: Sweep): string {
  const clips = byAge + byDisk + byQuota;
  if (clips === 0) return 'nothing was deleted';
  const causes = [
    byAge > 0 && `${byAge.toLocaleString()} by age`,
    byDisk > 0 && `${byDisk.toLocaleString()} for the disk`,
    byQuota > 0 && `${byQuota.toLocaleString()} for the quota`,
  ].filter((each) => each !== false);
  const split = causes.length > 1 ? ` (${joinWords(causes)})` : '';
  const trashed = trashedBytes > 0 ? `, into the trash: ${formatBytes(trashedBytes)}` : '';
  return `${countOf(clips, 'clip')} deleted${split}, ${formatBytes(freedBytes)}${trashed}`;
}

function leftWords({ protected: left, failed, missing }: Sweep): string | null {
  const parts = [
    left > 0 && `${left.toLocaleString()} protected`,
    failed > 0 && `${failed.toLocaleString()} could not be deleted`,
    missing > 0 && `the files of ${missing.toLocaleString()} were gone already`,
  ].filter((each) => each !== false);
  return parts.length > 0 ? joinWords(parts) : null;
}

function endWords({ outcome, message }: Sweep): string | null {
  if (outcome === 'stopped') return 'stopped by you';
  // Only after a crash it is known that the program ended; a camera that goes cuts off the room made for its clips.
  if (outcome === 'interrupted') return message ? 'the program ended meanwhile' : 'broken off';
  if (outcome === null) return 'still running';
  return outcome === 'obstacle' && message ? message : null;
}

/** Why a file is still there, and when it is tried again. */
export function failureWords({ reason, tries, nextAt }: RemovalFailure, now: number): string {
  const isSoon = nextAt !== null && nextAt <= now;
  const parts = [
    fullStop(reason),
    tries > 1 && `Tried ${tries.toLocaleString()} times.`,
    nextAt !== null && (isSoon ? 'Tried again soon.' : `Tried again at ${formatInstant(nextAt, now)}.`),
  ];
  return parts.filter((part) => part !== false).join(' ');
}
