/** What is said of a lane where it has no picture. */
import type { Clip } from '../../shared/clips.ts';
import { obstacleOf, whyNotOriginal } from '../media/source-plan.ts';
import { clipStateWords, reasonOf } from '../words.ts';
import type { LaneView } from './lane-view-plan.ts';
import { t } from './texts.ts';

const onCard = new Set<Clip['state']>(['listed', 'waiting', 'held', 'transferring']);

/** In a sentence or a few words; null where there is a picture. `isLong`: there is room to say why. */
export function laneWords(
  { why, clip }: LaneView,
  { isLong, now }: { isLong: boolean; now: number },
): string | null {
  if (why === null) return null;
  if (why === 'missing') return clip && missingWords(clip, isLong, now);
  if (why === 'beingMade' && isLong && clip) return beingMadeWords(clip);
  return t(why);
}

function missingWords(clip: Clip, isLong: boolean, now: number): string {
  if (!onCard.has(clip.state)) return clipStateWords(clip, now);
  const cause = isLong ? reasonOf(clip.stateReason, clip.state) : null;
  return cause === null ? t('waitingOnCard') : t('waitingBecause', { cause });
}

const canPlay = (type: string): boolean => document.createElement('video').canPlayType(type) !== '';

function beingMadeWords(clip: Clip): string {
  const why = whyNotOriginal(obstacleOf(clip, canPlay), true);
  return why === null ? t('beingMade') : t('beingMadeLong', { why });
}
