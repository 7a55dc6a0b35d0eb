/** What deletes by rule is at and what it did, in sentences. */
import type { Obstacle, RemovalFailure, Retention, Sweep, SweepCause } from '../../shared/retention.ts';
import { formatBytes, formatInstant, fullStop, joinWords } from '../format.ts';
import { wordsOf } from '../text/text.ts';
import type { Tone } from '../words.ts';
import type { en } from './disk-texts.en.ts';
import { t } from './disk-texts.ts';

/** What it is at, in one sentence. */
export function stateWords(retention: Retention, now: number): string {
  const { state, progress, obstacle, nextAt } = retention;
  switch (state) {
    case 'off':
      return t('off');
    case 'planning':
      return t('planning');
    case 'sweeping':
      return progress ? progressWords(progress) : t('sweeping');
    case 'waiting':
      return obstacle ? fullStop(obstacle.message) : t('waiting');
    case 'idle':
      return nextAt === null ? t('idle') : `${t('idle')} ${nextWords(nextAt, now)}`;
  }
}

function nextWords(nextAt: number, now: number): string {
  return nextAt - now < 60_000 ? t('nextSoon') : t('nextAt', { time: formatInstant(nextAt, now) });
}

function progressWords({ done, total, failed, freedBytes }: NonNullable<Retention['progress']>): string {
  const parts = [
    t('deletingClip', { at: Math.min(done + 1, total), total }),
    freedBytes > 0 && t('soFar', { size: formatBytes(freedBytes) }),
    failed > 0 && t('notDeleted', { count: failed }),
  ];
  return `${parts.filter((part) => part !== false).join(', ')}.`;
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
  return pending === 0 ? null : t('pending', { count: pending });
}

const causeWords = wordsOf<typeof en, SweepCause>(t, {
  start: 'causeStart',
  clock: 'causeClock',
  downloads: 'causeDownloads',
  settings: 'causeSettings',
  hand: 'causeHand',
  room: 'causeRoom',
});

/** One run in a sentence: `Yesterday 03:10, by the clock: 112 clips deleted, 14 GB.` */
export function sweepWords(sweep: Sweep, now: number): string {
  const parts = [wentWords(sweep), leftWords(sweep), endWords(sweep)].filter((part) => part !== null);
  const when = formatInstant(sweep.beganAt, now);
  return fullStop(t('sweep', { when, cause: causeWords[sweep.cause], what: parts.join('; ') }));
}

function wentWords({ byAge, byDisk, byQuota, freedBytes, trashedBytes }: Sweep): string {
  const clips = byAge + byDisk + byQuota;
  if (clips === 0) return t('nothingDeleted');
  const causes = [
    byAge > 0 && t('byAge', { count: byAge }),
    byDisk > 0 && t('forDisk', { count: byDisk }),
    byQuota > 0 && t('forQuota', { count: byQuota }),
  ].filter((each) => each !== false);
  const what = t('deleted', { count: clips });
  const parts = [
    causes.length > 1 ? t('splitBy', { what, causes: joinWords(causes) }) : what,
    formatBytes(freedBytes),
    trashedBytes > 0 && t('intoTrash', { size: formatBytes(trashedBytes) }),
  ];
  return parts.filter((part) => part !== false).join(', ');
}

function leftWords({ protected: left, failed, missing }: Sweep): string | null {
  const parts = [
    left > 0 && t('protected', { count: left }),
    failed > 0 && t('notDeleted', { count: failed }),
    missing > 0 && t('goneAlready', { count: missing }),
  ].filter((each) => each !== false);
  return parts.length > 0 ? joinWords(parts) : null;
}

function endWords({ outcome, message }: Sweep): string | null {
  if (outcome === 'stopped') return t('stoppedByYou');
  // Only after a crash it is known that the program ended; a camera that goes cuts off the room made for its clips.
  if (outcome === 'interrupted') return t(message ? 'programEnded' : 'brokenOff');
  if (outcome === null) return t('stillRunning');
  return outcome === 'obstacle' && message ? message : null;
}

/** Why a file is still there, and when it is tried again. */
export function failureWords({ reason, tries, nextAt }: RemovalFailure, now: number): string {
  const isSoon = nextAt !== null && nextAt <= now;
  const parts = [
    fullStop(reason),
    tries > 1 && t('triedTimes', { count: tries }),
    nextAt !== null && (isSoon ? t('triedSoon') : t('triedAt', { time: formatInstant(nextAt, now) })),
  ];
  return parts.filter((part) => part !== false).join(' ');
}
