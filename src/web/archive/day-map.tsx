import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Capture } from '../../shared/clips.ts';
import type { DayItem, JourneyTrack } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import type { Position } from '../../shared/tracks.ts';
import { call, keyOf, useRoute } from '../api.ts';
import { formatDay } from '../format.ts';
import { ExportMenu } from '../journey/export-menu.tsx';
import { dayDriven, formatDrive, journeyTitle, startWords } from '../journey/journey-words.ts';
import { zoomStep } from '../journey/map-plan.ts';
import { momentOf, nearestPoint } from '../journey/track-plan.ts';
import { formatDistance } from '../journey/units.ts';
import { useFit } from '../journey/use-fit.ts';
import { useUnits } from '../journey/use-units.ts';
import { MapView } from '../map/map-view.tsx';
import { failed } from '../ui/toasts.ts';
import classes from './day-map.module.css';
import { keyOfItem } from './day-rows-plan.ts';
import { t } from './texts.ts';

interface DayMapProps {
  day: string;
  items: readonly DayItem[];
  captures: readonly Capture[];
  /** The journey that is pointed at. */
  lit: number | null;
  onLit: (journeyId: number | null) => void;
  /** Opens a clip at a second of it. */
  onOpen: (clipId: number, seconds: number) => void;
  /** Brings an item of the list into view, by its key. */
  onScrollTo: (key: string) => void;
}

type JourneyItem = Extract<DayItem, { kind: 'journey' }>;

/** The map of a day and its journeys in short; a press on a line plays what was recorded there. */
export function DayMap({ day, items, captures, lit, onLit, onOpen, onScrollTo }: DayMapProps) {
  const [zoom, setZoom] = useState(zoomStep(14));
  const lines = useRoute(routes.getDayMap, { params: { day }, query: { zoom } }, { keepPrevious: true });
  const fit = useFit(lines.data);
  const [isOpen, { toggle }] = useDisclosure(true);
  const pick = usePick(captures, onOpen);
  const units = useUnits();
  const journeys = items.filter((item): item is JourneyItem => item.kind === 'journey');
  return (
    <section className={classes.panel} aria-label={t('mapOf', { day: formatDay(day) })}>
      <Button className={classes.toggle ?? ''} variant="default" aria-expanded={isOpen} onClick={toggle}>
        {t(isOpen ? 'hideMap' : 'showMap')}
      </Button>
      <div className={classes.content} data-closed={!isOpen || undefined}>
        <MapView
          className={classes.map ?? ''}
          label={t('journeysOf', { day: formatDay(day) })}
          journeys={lines.data ?? null}
          highlight={lit}
          fit={fit}
          onHover={onLit}
          onPickJourney={pick}
          onWindow={(shown) => setZoom(zoomStep(shown.zoom))}
          isInPage
        />
        <div className={classes.under}>
          <p className={classes.sum}>
            {dayDriven(
              journeys.map(({ journey }) => journey),
              units,
            )}
          </p>
          <ExportMenu of={{ day }} />
        </div>
        <ul className={classes.journeys}>
          {journeys.map((item) => (
            <li key={item.journey.id}>
              <button
                type="button"
                className={classes.journey}
                data-lit={item.journey.id === lit || undefined}
                onClick={() => onScrollTo(keyOfItem(item))}
                onPointerEnter={() => onLit(item.journey.id)}
                onPointerLeave={() => onLit(null)}
                onFocus={() => onLit(item.journey.id)}
                onBlur={() => onLit(null)}
              >
                <span className={classes.time}>{startWords(item.journey)}</span>
                <span className={classes.name}>{journeyTitle(item.journey)}</span>
                <span>{formatDrive(item.journey.endedAt - item.journey.startedAt)}</span>
                <span>{formatDistance(item.journey.distanceM, units)}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Plays what was recorded nearest to a place on a line; the journey itself where nothing of it is on this day. */
function usePick(captures: readonly Capture[], onOpen: DayMapProps['onOpen']) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (journeyId: number, position: Position) => {
    const input = { params: { id: journeyId } };
    const track = client.fetchQuery({
      queryKey: keyOf(routes.getJourneyTrack, input),
      queryFn: ({ signal }) => call(routes.getJourneyTrack, input, { signal }),
    });
    const show = ({ parts }: JourneyTrack) => {
      const point = nearestPoint(parts, position);
      const moment = point && momentOf(captures, point.at, point.clipId);
      if (moment) onOpen(moment.clip.id, moment.seconds);
      else void navigate({ to: '/journeys/$id', params: { id: String(journeyId) } });
    };
    track.then(show).catch(failed(t('placeNotFound')));
  };
}
