/** Which form of a clip a lane plays: by what the browser can, how large it is shown, how fast, and how fast it comes. Pure. */
import type { Clip } from '../../shared/clips.ts';
import { canHaveCopy, sourceToPlay, type CanPlay, type SourceKind } from '../media/source-plan.ts';

export const qualities = ['auto', 'original', 'small'] as const;
/** What the person wants to see in the large picture. */
export type Quality = (typeof qualities)[number];

export interface Showing {
  isLarge: boolean;
  rate: number;
  /** Originals came more slowly than they play. */
  isSlow: boolean;
  quality: Quality;
}

/** Above it nobody sees the difference, and four times the bytes would have to come. */
const originalUpToRate = 2;

/** The form to play; null when none that is there can be. `failed`: those that did not play when they were tried. */
export function sourceFor(
  clip: Clip,
  showing: Showing,
  able: { canPlay: CanPlay; failed: ReadonlySet<SourceKind> },
): SourceKind | null {
  return sourceToPlay({ clip, ...able, chosen: wantsSmall(showing) ? 'proxy' : null });
}

function wantsSmall({ isLarge, rate, isSlow, quality }: Showing): boolean {
  if (!isLarge || rate > originalUpToRate) return true;
  return quality === 'small' || (quality === 'auto' && isSlow);
}

/** Whether a small copy is to be asked for: nothing else of the clip plays here, and one can be made. */
export function needsCopy(clip: Clip, source: SourceKind | null): boolean {
  return source === null && canHaveCopy(clip) && clip.media?.proxy !== 'failed';
}

/** Why there is no picture of a clip that has a file, as a key of the texts. */
export type NoSource = 'beingMade' | 'copyFailed' | 'cannotPlay';

export function whyNoSource(clip: Clip): NoSource {
  if (clip.media?.proxy === 'failed') return 'copyFailed';
  return canHaveCopy(clip) ? 'beingMade' : 'cannotPlay';
}
