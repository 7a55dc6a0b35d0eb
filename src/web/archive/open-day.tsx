import { useNavigate } from '@tanstack/react-router';
import { memo, useCallback, useState, useSyncExternalStore } from 'react';
import type { Capture } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatDay } from '../format.ts';
import { zoomStep } from '../journey/map-plan.ts';
import { useFit } from '../journey/use-fit.ts';
import { MapView } from '../map/map-view.tsx';
import { captureBars } from '../ui/time-strip-plan.ts';
import { TimeStrip } from '../ui/time-strip.tsx';
import { CaptureRow } from './capture-row.tsx';
import type { DayListRow } from './day-rows-plan.ts';
import { ItemHead } from './item-head.tsx';
import type { Lit } from './lit.ts';
import classes from './open-day.module.css';
import { pictureLink } from './picture-link.ts';
import { t } from './texts.ts';

interface OpenTopProps {
  day: string;
  captures: readonly Capture[];
  hasPlaces: boolean;
  lit: Lit;
  /** Brings the recording nearest to a minute of the day into view. */
  onSeek: (day: string, minute: number) => void;
}

/** The strip of an open day, and the real map of it. */
export const OpenTop = memo(function OpenTop({ day, captures, hasPlaces, lit, onSeek }: OpenTopProps) {
  return (
    <div className={classes.part}>
      <div className={classes.top}>
        <TimeStrip
          size="tall"
          bars={captureBars(captures)}
          label={t('recordingsByTime', { day: formatDay(day) })}
          onSeek={(minute) => onSeek(day, minute)}
        />
        {hasPlaces && <OpenMap day={day} lit={lit} />}
      </div>
    </div>
  );
});

function OpenMap({ day, lit }: { day: string; lit: Lit }) {
  const [zoom, setZoom] = useState(zoomStep(14));
  const lines = useRoute(routes.getDayMap, { params: { day }, query: { zoom } }, { keepPrevious: true });
  const fit = useFit(lines.data);
  const highlight = useSyncExternalStore(lit.subscribe, lit.get);
  const navigate = useNavigate();
  return (
    <section className={classes.map} aria-label={t('mapOf', { day: formatDay(day) })}>
      <MapView
        className={classes.canvas ?? ''}
        label={t('journeysOf', { day: formatDay(day) })}
        journeys={lines.data ?? null}
        highlight={highlight}
        fit={fit}
        onHover={lit.set}
        onPickJourney={(id) => void navigate({ to: '/journeys/$id', params: { id: String(id) } })}
        onWindow={(shown) => setZoom(zoomStep(shown.zoom))}
        isInPage
      />
    </section>
  );
}

interface OpenPartProps {
  day: string;
  row: DayListRow;
  isLast: boolean;
  lit: Lit;
  onFold: (key: string) => void;
}

/** A journey, a stop or a recording of an open day. */
export const OpenPart = memo(function OpenPart({ day, row, isLast, lit, onFold }: OpenPartProps) {
  const open = useOpenClip(row);
  const journeyId = journeyIdOf(row);
  return (
    <div
      className={classes.part}
      data-last={isLast || undefined}
      onPointerEnter={() => lit.set(journeyId)}
      onPointerLeave={() => lit.set(null)}
    >
      {row.kind === 'capture' ? (
        <CaptureRow capture={row.capture} previous={row.previous} onOpen={open} />
      ) : (
        <ItemHead day={day} row={row} onToggle={() => onFold(row.key)} onOpen={open} />
      )}
    </div>
  );
});

function journeyIdOf(row: DayListRow): number | null {
  if (row.kind === 'capture') return row.journeyId;
  return row.item.kind === 'journey' ? row.item.journey.id : null;
}

/** Opens a clip of a row: in its journey, or on its day. */
function useOpenClip(row: DayListRow) {
  const navigate = useNavigate();
  return useCallback(
    (clipId: number, seconds = 0) => {
      const captures = row.kind === 'capture' ? [row.capture] : row.captures;
      const clip = captures.flatMap(({ clips }) => clips).find(({ id }) => id === clipId);
      if (!clip) return;
      const journeyId = journeyIdOf(row);
      const { startedAt, zoneOffsetMinutes = 0 } = clip;
      const link = pictureLink({ id: clipId, journeyId, startedAt, zoneOffsetMinutes }, seconds);
      void navigate(link);
    },
    [row, navigate],
  );
}
