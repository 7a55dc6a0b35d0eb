import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { JourneyTrack } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import type { Position } from '../../shared/tracks.ts';
import { call, keyOf, useRoute } from '../api.ts';
import { formatDay } from '../format.ts';
import { nearestPoint } from '../journey/track-plan.ts';
import { useFit } from '../journey/use-fit.ts';
import type { CarFeed } from '../map/map-types.ts';
import { MapView } from '../map/map-view.tsx';
import { failed } from '../ui/toasts.ts';
import classes from './day-player.module.css';
import type { PlayerClock } from './player-types.ts';
import { t } from './texts.ts';

interface DayPlayerMapProps {
  day: string;
  /** The journey at the clock's place. */
  journeyId: number | null;
  parts: JourneyTrack['parts'] | null;
  carFeed: CarFeed;
  clock: PlayerClock;
}

const zoom = 14;

/** The lines of the day, and the car on the one that is played; a press on a line goes to when the car was there. */
export function DayPlayerMap({ day, journeyId, parts, carFeed, clock }: DayPlayerMapProps) {
  const lines = useRoute(routes.getDayMap, { params: { day }, query: { zoom } });
  const fit = useFit(lines.data);
  const track = useMemo(() => parts?.map(({ points }) => points) ?? [], [parts]);
  const client = useQueryClient();
  const pick = async (id: number, position: Position) => {
    const input = { params: { id } };
    const found = await client.fetchQuery({
      queryKey: keyOf(routes.getJourneyTrack, input),
      queryFn: ({ signal }) => call(routes.getJourneyTrack, input, { signal }),
    });
    const point = nearestPoint(found.parts, position);
    if (point) clock.seek(point.at);
  };
  return (
    <MapView
      className={classes.map ?? ''}
      label={t('mapOfDay', { day: formatDay(day) })}
      journeys={lines.data ?? null}
      track={track}
      highlight={journeyId}
      carFeed={carFeed}
      fit={fit}
      onPickJourney={(id, position) => void pick(id, position).catch(failed(t('placeNotFound')))}
      isInPage
    />
  );
}
