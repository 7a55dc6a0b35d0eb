/** What is said of the strip's lanes and places. */
import { formatLength } from '../../format.ts';
import { laneWords } from '../lane-words.ts';
import { localTimeOf, timeWords } from '../player-time.ts';
import type { Footage, Segment } from '../player-types.ts';
import { t } from './texts.ts';

/** Why a recording has no file to play. */
export function causeWords({ clip }: Segment, now: number): string {
  if (clip.state === 'archived') return t('notPlayable');
  return laneWords({ why: 'missing', clip, kind: null }, { isLong: true, now }) ?? t('notHereOnCard');
}

/** `15:47:12, 5 min 3 s of 24 min` */
export function placeWords(footage: Footage, at: number): string {
  const { from, to } = footage;
  return t('placeOf', {
    time: timeWords(footage, at),
    gone: formatLength(at - from),
    whole: formatLength(to - from),
  });
}

/** How far the clocks where the car was are ahead of UTC, in milliseconds. */
export function aheadOf(footage: Footage, at: number): number {
  const whole = Math.floor(at / 1000) * 1000;
  return Date.parse(`${localTimeOf(footage, whole)}Z`) - whole;
}
