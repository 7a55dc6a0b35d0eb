import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Journey } from '../../../shared/journeys.ts';
import { markWords } from '../../journey/journey-words.ts';
import { formatDriven, type DistanceUnits } from '../../journey/units.ts';
import { filmstripUrl, pictureUrl } from '../../media/addresses.ts';
import { FilmFrame } from '../../media/film-frame.tsx';
import { restMs, wantMs } from '../../media/scrub-plan.ts';
import { useWantLookedAt } from '../../media/use-want-media.ts';
import { timeWords } from '../player-time.ts';
import type { Footage, Lane, Segment } from '../player-types.ts';
import { mediaMsAt } from '../segment-plan.ts';
import { carAt, type TrackIndex } from '../track-index.ts';
import { pieceAt, segmentNear, type Piece } from './lane-bars-plan.ts';
import classes from './player-strip.module.css';
import type { PointedAt } from './pointed-at.ts';
import type { Scale } from './strip-plan.ts';
import { t } from './texts.ts';

interface StripPreviewProps {
  footage: Footage;
  /** The large one. */
  lane: Lane | undefined;
  pieces: readonly Piece[];
  journey: Journey | null;
  points: TrackIndex;
  pointed: PointedAt;
  scale: Scale;
  units: DistanceUnits;
}

const widthPx = 176;
const nearPx = 7;

/** What the large lens shows where the pointer is. */
export function StripPreview({ pointed, scale, ...facts }: StripPreviewProps) {
  const place = useSyncExternalStore(pointed.subscribe, pointed.get);
  const { lane } = facts;
  const segment = (place && lane && segmentNear(lane, place.at)) ?? null;
  const isRested = useRested(segment);
  if (!place) return null;
  const left = Math.min(Math.max(0, place.x - widthPx / 2), Math.max(0, scale.width - widthPx));
  const nearMs = (nearPx * (scale.to - scale.from)) / Math.max(1, scale.width);
  return (
    <div className={classes.preview} style={{ left, width: widthPx }} aria-hidden>
      {segment?.hasFile && isRested && <Picture segment={segment} at={place.at} />}
      <Facts {...facts} at={place.at} nearMs={nearMs} />
    </div>
  );
}

type FactsProps = Omit<StripPreviewProps, 'pointed' | 'scale'> & { at: number; nearMs: number };

function Facts({ footage, pieces, journey, points, units, at, nearMs }: FactsProps) {
  const speed = carAt(points, at)?.speedMps ?? null;
  const piece = pieceAt(pieces, at);
  const mark = journey?.marks.find((each) => Math.abs(each.at - at) <= nearMs);
  return (
    <>
      <span className={classes.facts}>
        <strong>{timeWords(footage, at)}</strong>
        {speed !== null && <span>{formatDriven(speed, units)}</span>}
      </span>
      {piece?.pin && <span>{t(piece.pin)}</span>}
      {!piece && <span>{t('nothingRecorded')}</span>}
      {piece && piece.cause !== null && <span>{piece.cause}</span>}
      {mark && <span>{markWords(mark, units)}</span>}
    </>
  );
}

function Picture({ segment, at }: { segment: Segment; at: number }) {
  const { clip } = segment;
  const strip = clip.media?.strip ?? null;
  const [film, picture] = [filmstripUrl(clip), pictureUrl(clip, 'tile')];
  if (film === null && picture === null) return null;
  return (
    <span className={classes.picture}>
      {picture !== null && film === null && (
        <img src={picture} alt="" className={classes.still} draggable={false} />
      )}
      {film !== null && strip && (
        <FilmFrame
          key={clip.id}
          src={film}
          strip={strip}
          index={Math.min(Math.floor(mediaMsAt(segment, at) / strip.intervalMs), strip.frames - 1)}
          at=""
        />
      )}
    </span>
  );
}

/** Whether the pointer has rested on a recording: one that only passes over it asks for nothing. */
function useRested(segment: Segment | null): boolean {
  const [rested, setRested] = useState<ReadonlySet<number>>(new Set());
  const want = useWantLookedAt();
  const id = segment?.hasFile ? segment.clip.id : null;
  const state = segment?.clip.media?.filmstrip;
  const isWanted = state === 'none' || state === 'waiting';
  const isRested = id !== null && rested.has(id);
  useEffect(() => {
    if (id === null || isRested) return undefined;
    const timer = window.setTimeout(() => setRested((before) => new Set([...before, id])), restMs);
    return () => window.clearTimeout(timer);
  }, [id, isRested]);
  useEffect(() => {
    if (id === null || !isWanted) return undefined;
    const timer = window.setTimeout(() => want(id, 'filmstrip'), wantMs);
    return () => window.clearTimeout(timer);
  }, [id, isWanted, want]);
  return isRested;
}
