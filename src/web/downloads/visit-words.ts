/** The sentences of the visits of a camera. */
import type { Visit } from '../../shared/queue.ts';
import { countOf, formatBytes, formatInstant, formatLength, formatSpeed, sentence } from '../format.ts';

const endWords: Record<string, string> = {
  away: 'It drove away or fell asleep',
  paused: 'Downloads were paused',
  stopped: 'The program was stopped',
  stranger: 'Something else answered at its address',
  malformed: 'Its answers made no sense any more',
  interrupted: 'The program ended without warning',
};

/** Why a visit ended; null while it lasts. */
export function endedWords({ to, endReason }: Pick<Visit, 'to' | 'endReason'>): string | null {
  if (to === null) return null;
  return endWords[endReason ?? ''] ?? 'It ended';
}

/** `Tue 18:40, for 1 h 12 min`, or since when it lasts. */
export function visitWhen({ from, to }: Pick<Visit, 'from' | 'to'>, now: number): string {
  const begun = formatInstant(from, now);
  if (to === null) return `Since ${begun}`;
  const ms = to - from;
  const length = ms < 60_000 ? 'less than a minute' : formatLength(Math.round(ms / 60_000) * 60_000);
  return sentence(`${begun}, for ${length}`);
}

/** `12 clips, 1.4 GB at 24 MB/s`, or that it brought nothing. */
export function broughtWords({ clips, bytes, bytesPerSecond, to }: Visit): string {
  if (clips === 0 && bytes === 0) return to === null ? 'Nothing brought yet' : 'Brought nothing';
  const rate = bytesPerSecond === null ? '' : ` at ${formatSpeed(bytesPerSecond)}`;
  return `${clips === 0 ? 'A part of a clip' : countOf(clips, 'clip')}, ${formatBytes(bytes)}${rate}`;
}

/** `2 clips could not be fetched`; null when all could. */
export function visitFailures({ failed }: Pick<Visit, 'failed'>): string | null {
  return failed === 0 ? null : `${countOf(failed, 'clip')} could not be fetched`;
}
