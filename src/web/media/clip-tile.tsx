import { IconMovie, IconPhoto } from '@tabler/icons-react';
import type { Clip } from '../../shared/clips.ts';
import type { ArtifactState } from '../../shared/media.ts';
import { formatLocalTime, sentence } from '../format.ts';
import { localStartOf } from '../local-start.ts';
import { channelWords } from '../words.ts';
import { filmstripUrl, pictureUrl } from './addresses.ts';
import classes from './clip-tile.module.css';
import { FilmFrame } from './film-frame.tsx';
import { LazyPicture } from './lazy-picture.tsx';
import { isPhoto } from './picture-words.ts';
import { laterBy, secondsOfFrame } from './scrub-plan.ts';
import { t } from './texts.ts';
import { useScrub } from './use-scrub.ts';
import { useWantLookedAt } from './use-want-media.ts';

interface ClipTileProps {
  clip: Clip;
  /** When its moment began, as the row says it. */
  time: string;
  /** What stands on it in the place of its channel. */
  caption?: string;
  /** `seconds`: of the tile that was pressed. */
  onOpen: (clipId: number, seconds?: number) => void;
}

/**
 * One archived clip as a picture: press it to play. Rest on it, draw a finger over it or use the arrow keys, and it
 * shows the clip at that place; a press then plays from there.
 */
export function ClipTile({ clip, time, caption, onOpen }: ClipTileProps) {
  const { media } = clip;
  const strip = media?.filmstrip === 'ready' ? media.strip : null;
  const want = useWantLookedAt();
  const { index, wasDragged, handlers } = useScrub({
    strip,
    onWanted: () => canHaveStrip(clip) && want(clip.id, 'filmstrip'),
  });
  const seconds = index === null || !strip ? 0 : secondsOfFrame(index, strip);
  const at = formatLocalTime(laterBy(localStartOf(clip), seconds), { seconds: true });
  const label = labelOf(clip, time, index === null ? null : at);
  const open = () => {
    if (!wasDragged()) onOpen(clip.id, seconds);
  };
  return (
    <button type="button" className={classes.tile} aria-label={label} onClick={open} {...handlers}>
      <span className={classes.blank} aria-hidden>
        <Blank isPhoto={isPhoto(clip)} />
      </span>
      {/* The label says what it is. */}
      <LazyPicture
        src={pictureUrl(clip, 'tile')}
        alt=""
        onMissed={isOpen(media?.thumbnail) ? () => want(clip.id, 'thumbnail') : undefined}
      />
      {index !== null && strip && (
        <FilmFrame src={filmstripUrl(clip) ?? ''} strip={strip} index={index} at={at} />
      )}
      <TileName channel={clip.channel} caption={caption} />
    </button>
  );
}

const isOpen = (state: ArtifactState | undefined): boolean => state === 'none' || state === 'waiting';

/** Whether tiles of it are still to be made: of a photo there are none, and what failed is not tried by a look. */
function canHaveStrip({ container, media }: Clip): boolean {
  return !isPhoto({ container }) && isOpen(media?.filmstrip);
}

/** `Play front, 07:22:10`, while someone looks through it also from where a press plays. */
function labelOf(clip: Clip, time: string, from: string | null): string {
  const channel = channelWords[clip.channel].toLowerCase();
  if (from === null) return sentence(t(isPhoto(clip) ? 'show' : 'play', { channel, time }));
  return sentence(t(isPhoto(clip) ? 'showFrom' : 'playFrom', { channel, time, from }));
}

/** In the place of the picture of a clip that is not in the archive. */
export function HollowTile({ clip }: { clip: Clip }) {
  return (
    <span className={classes.tile} data-hollow>
      <TileName channel={clip.channel} />
    </span>
  );
}

function Blank({ isPhoto: isOfPhoto }: { isPhoto: boolean }) {
  return isOfPhoto ? <IconPhoto size={20} stroke={1.5} /> : <IconMovie size={20} stroke={1.5} />;
}

function TileName({ channel, caption }: Pick<Clip, 'channel'> & { caption?: string | undefined }) {
  if (caption !== undefined) return <span className={classes.name}>{caption}</span>;
  return (
    <span className={classes.name} data-channel={channel}>
      <span className={classes.dot} aria-hidden />
      {channelWords[channel]}
    </span>
  );
}
