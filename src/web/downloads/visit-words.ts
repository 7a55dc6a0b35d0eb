/** The sentences of the visits of a camera. */
import type { Visit } from '../../shared/queue.ts';
import { formatAbout, formatBytes, formatInstant, formatLength, formatSpeed, sentence } from '../format.ts';
import { clipsAndSize } from '../home/home-words.ts';
import type { TextKey } from '../text/text.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

const endWords: Readonly<Record<string, TextKey<typeof en>>> = {
  away: 'endAway',
  paused: 'endPaused',
  stopped: 'endStopped',
  stranger: 'endStranger',
  malformed: 'endMalformed',
  interrupted: 'endInterrupted',
};

/** Why a visit ended; null while it lasts. */
export function endedWords({ to, endReason }: Pick<Visit, 'to' | 'endReason'>): string | null {
  if (to === null) return null;
  return t(endWords[endReason ?? ''] ?? 'ended');
}

/** `Tue 18:40, for 1 h 12 min`, or since when it lasts. */
export function visitWhen({ from, to }: Pick<Visit, 'from' | 'to'>, now: number): string {
  const begun = formatInstant(from, now);
  if (to === null) return t('since', { time: begun });
  const ms = to - from;
  const length = ms < 60_000 ? formatAbout(0) : formatLength(Math.round(ms / 60_000) * 60_000);
  return sentence(t('visitWhen', { begun, length }));
}

/** `12 clips, 1.4 GB at 24 MB/s`, or that it brought nothing. */
export function broughtWords({ clips, bytes, bytesPerSecond, to }: Visit): string {
  if (clips === 0 && bytes === 0) return t(to === null ? 'noneBroughtYet' : 'broughtNothing');
  const amount = clips === 0 ? t('partOfClip', { size: formatBytes(bytes) }) : clipsAndSize(clips, bytes);
  return bytesPerSecond === null ? amount : t('atSpeed', { amount, speed: formatSpeed(bytesPerSecond) });
}

/** `2 clips could not be fetched`; null when all could. */
export function visitFailures({ failed }: Pick<Visit, 'failed'>): string | null {
  return failed === 0 ? null : t('notFetched', { count: failed });
}
