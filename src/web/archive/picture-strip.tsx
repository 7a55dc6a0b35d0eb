import { useNavigate } from '@tanstack/react-router';
import {
  memo,
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react';
import type { DayPicture } from '../../shared/find.ts';
import { formatLocalTime, localTimeAt } from '../format.ts';
import { filmstripUrl, pictureUrl } from '../media/addresses.ts';
import { FilmFrame } from '../media/film-frame.tsx';
import { abandonOnLeaving } from '../media/lazy-picture.tsx';
import { laterBy, secondsOfFrame } from '../media/scrub-plan.ts';
import { watchSeen } from '../media/seen.ts';
import { spread } from '../media/spread-plan.ts';
import { useWantLookedAt } from '../media/use-want-media.ts';
import classes from './picture-strip.module.css';
import { pictureLink } from './picture-link.ts';
import { t } from './texts.ts';
import { useStripScrub, type StripAt } from './use-strip-scrub.ts';

interface PictureStripProps {
  /** Null while they are on their way. */
  pictures: readonly DayPicture[] | null;
  /** How many there is room for. */
  most: number;
  /** What they are of, for those who cannot see them. */
  label: string;
}

/**
 * A stretch of a day in pictures: each leads to its moment. Resting on one, or drawing a finger over it, looks through
 * its minute; by keyboard the strip is one stop, and arrows go along it.
 */
export const PictureStrip = memo(function PictureStrip({ pictures, most, label }: PictureStripProps) {
  const shown = spread(pictures ?? [], Math.max(2, most));
  const strip = useRef<HTMLDivElement>(null);
  const isSeen = useSeen(strip);
  const navigate = useNavigate();
  const want = useWantLookedAt();
  const scrub = useStripScrub({
    stripOf: (index) => shown[index]?.media?.strip ?? null,
    onWanted: (index) => {
      const picture = shown[index];
      const state = picture?.media?.filmstrip;
      if (picture && picture.container !== 'jpg' && (state === 'none' || state === 'waiting'))
        want(picture.id, 'filmstrip');
    },
  });
  const [focused, setFocused] = useState(0);
  const open = (event: MouseEvent, picture: DayPicture, index: number) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (scrub.wasDragged()) return;
    const { to, params, search } = pictureLink(picture, secondsAt(scrub.at, picture, index));
    void navigate({ to, params, search });
  };
  return (
    <div
      ref={strip}
      className={classes.strip}
      {...{ role: 'group', 'aria-label': label }}
      {...scrub.handlers}
      {...stepping(setFocused)}
    >
      {shown.map((picture, index) => (
        <Tile
          key={picture.id}
          picture={picture}
          index={index}
          isSeen={isSeen}
          isStop={index === Math.min(focused, shown.length - 1)}
          at={scrub.at?.index === index ? scrub.at : null}
          onFocus={() => setFocused(index)}
          onOpen={(event) => open(event, picture, index)}
        />
      ))}
    </div>
  );
});

function secondsAt(at: StripAt | null, { media }: DayPicture, index: number): number {
  return at?.index === index && media?.strip ? secondsOfFrame(at.frame, media.strip) : 0;
}

interface TileProps {
  picture: DayPicture;
  index: number;
  isSeen: boolean;
  isStop: boolean;
  at: StripAt | null;
  onFocus: () => void;
  onOpen: (event: MouseEvent) => void;
}

function Tile({ picture, index, isSeen, isStop, at, onFocus, onOpen }: TileProps) {
  const { media } = picture;
  const start = localTimeAt(picture.startedAt, picture.zoneOffsetMinutes);
  const seconds = secondsAt(at, picture, index);
  const time = formatLocalTime(laterBy(start, seconds), { seconds: true });
  const src = pictureUrl(picture, 'tile');
  return (
    <a
      className={classes.tile}
      href={pictureLink(picture, seconds).href}
      data-index={index}
      tabIndex={isStop ? 0 : -1}
      aria-label={t(picture.journeyId === null ? 'showAt' : 'playAt', { time })}
      draggable={false}
      onClick={onOpen}
      onFocus={onFocus}
    >
      {src !== null && isSeen && <Picture key={src} src={src} />}
      {at && media?.strip && (
        <FilmFrame src={filmstripUrl(picture) ?? ''} strip={media.strip} index={at.frame} at={time} />
      )}
      {!at && <span className={classes.time}>{formatLocalTime(start)}</span>}
    </a>
  );
}

function Picture({ src }: { src: string }) {
  return (
    <img
      ref={abandonOnLeaving}
      className={classes.picture}
      src={src}
      alt=""
      decoding="async"
      draggable={false}
      onError={(event) => event.currentTarget.remove()}
    />
  );
}

function useSeen(strip: RefObject<HTMLDivElement | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const element = strip.current;
    return element && !isSeen ? watchSeen(element, () => setSeen(true)) : undefined;
  }, [strip, isSeen]);
  return isSeen;
}

const stepping = (onStep: (index: number) => void) => ({
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => stepFocus(event, onStep),
});

/** Left and right go along the pictures. */
function stepFocus(event: KeyboardEvent<HTMLElement>, onStep: (index: number) => void): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const tile = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
  const next = by > 0 ? tile?.nextElementSibling : tile?.previousElementSibling;
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  onStep(Number(next.dataset['index']));
  next.focus();
}
