/** Which form of a clip is played. Pure: what the browser can is asked through `canPlay`. */
import type { Clip } from '../../shared/clips.ts';
import type { ArtifactState, ClipMedia } from '../../shared/media.ts';
import { wordsOf } from '../text/text.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

/** The file itself, the repaired copy of one that was cut or broken, the small copy that every browser plays. */
export type SourceKind = 'original' | 'repair' | 'proxy';

/** Whether the browser says that it plays a type such as `video/mp4; codecs="avc1.640033"`. */
export type CanPlay = (type: string) => boolean;

type Playable = Pick<Clip, 'container' | 'videoCodec' | 'media'>;

/** Why the file itself cannot be played here: its wrapping, its codec, or that it is damaged. */
export type Obstacle = 'transport-stream' | 'hevc' | 'codec' | 'damaged';

export interface SourceFacts {
  clip: Playable;
  canPlay: CanPlay;
  /** Those that did not play when they were tried. */
  failed: ReadonlySet<SourceKind>;
  /** What the person chose; null leaves it to us. */
  chosen: SourceKind | null;
}

const hevcPattern = /^(hevc|h\.?265|hvc1|hev1)/i;

/** What keeps this browser from playing the file itself; null when nothing is known to. */
export function obstacleOf({ container, videoCodec, media }: Playable, canPlay: CanPlay): Obstacle | null {
  if (container === 'ts') return 'transport-stream';
  if (media && (media.health === 'damaged' || media.health === 'repaired')) return 'damaged';
  return codecObstacle({ videoCodec, media }, canPlay);
}

/** Without its codecs in full only H.265 is worth a question: all else that cameras write plays everywhere. */
function codecObstacle(
  { videoCodec, media }: Omit<Playable, 'container'>,
  canPlay: CanPlay,
): Obstacle | null {
  const isHevc = hevcPattern.test(media?.codecs ?? videoCodec ?? '');
  const codecs = media?.codecs ?? (isHevc ? 'hvc1.1.6.L153.B0' : null);
  // What QuickTime files hold plays as MP4 does; browsers deny it only under its own name.
  if (codecs === null || canPlay(`video/mp4; codecs="${codecs}"`)) return null;
  return isHevc ? 'hevc' : 'codec';
}

/** The forms that are there, the file itself first. */
export function sourcesOf({ media }: Pick<Clip, 'media'>): SourceKind[] {
  return [
    'original',
    ...(media?.health === 'repaired' ? (['repair'] as const) : []),
    ...(media?.proxy === 'ready' ? (['proxy'] as const) : []),
  ];
}

/**
 * The form to play: the one that was chosen, else the file itself or its repaired copy where the browser can, else the
 * small copy. Null when none that is there can be played. A file of which it is not sure that it cannot be played is
 * tried once nothing better is left.
 */
export function sourceToPlay({ clip, canPlay, failed, chosen }: SourceFacts): SourceKind | null {
  const there = sourcesOf(clip).filter((kind) => !failed.has(kind));
  if (chosen && there.includes(chosen)) return chosen;
  const obstacle = obstacleOf(clip, canPlay);
  const isRepairPlayed = codecObstacle(clip, canPlay) === null;
  const wanted: SourceKind[] = [
    ...(obstacle === null ? (['original'] as const) : []),
    ...(isRepairPlayed ? (['repair'] as const) : []),
    'proxy',
    ...(isWorthATry(obstacle) ? (['original'] as const) : []),
  ];
  return wanted.find((kind) => there.includes(kind)) ?? null;
}

/** A damaged file may play up to its damage, and sound that a browser does not know leaves the picture. */
const isWorthATry = (obstacle: Obstacle | null): boolean => obstacle === 'damaged' || obstacle === 'codec';

/** Whether a small copy of a clip can be asked for. */
export function canHaveCopy({ container, media }: Pick<Clip, 'container' | 'media'>): boolean {
  return media !== undefined && media.proxy !== 'ready' && container !== 'jpg';
}

/** What the person may choose: the forms that are there, and the one that was chosen while it is being made. */
export function choicesOf(clip: Pick<Clip, 'media'>, chosen: SourceKind | null): SourceKind[] {
  const there = sourcesOf(clip);
  return chosen && !there.includes(chosen) ? [...there, chosen] : there;
}

export const sourceNames = wordsOf<typeof en, SourceKind>(t, {
  original: 'original',
  repair: 'repaired',
  proxy: 'smallCopy',
});

const obstacleSentences = wordsOf<typeof en, Obstacle>(t, {
  'transport-stream': 'isTransportStream',
  hevc: 'isHevc',
  codec: 'isOtherFormat',
  damaged: 'isDamaged',
});

/** Why something else than the file itself plays, or nothing does; null when the person chose, or nothing is amiss. */
export function whyNotOriginal(obstacle: Obstacle | null, hasFailed: boolean): string | null {
  if (obstacle) return obstacleSentences[obstacle];
  return hasFailed ? t('hasFailed') : null;
}

export interface CopyWords {
  text: string;
  /** What a button beside it does; null where there is nothing to do but wait. */
  action: string | null;
}

/** How far the small copy of a clip is that cannot be played without one. */
export function copyWords(media: ClipMedia | undefined, asked: boolean): CopyWords {
  if (!media) return { text: t('copyUnknown'), action: null };
  const underWay = { text: t('copyWaits'), action: null };
  const words: Record<ArtifactState, CopyWords> = {
    none: asked ? underWay : { text: t('copyWouldPlay'), action: t('makeCopy') },
    waiting: underWay,
    ready: { text: t('copyNotPlayed'), action: null },
    failed: { text: t('copyFailed'), action: t('again') },
  };
  return words[media.proxy];
}
