import { useMemo } from 'react';
import type { Journey, JourneyTrack } from '../../shared/journeys.ts';
import type { Position, RouteMap } from '../../shared/tracks.ts';
import type { CarFeed } from '../map/map-types.ts';
import { MapView } from '../map/map-view.tsx';
import classes from './journey-map.module.css';
import { journeyTitle } from './journey-words.ts';
import { boxOfTrack } from './map-plan.ts';
import { t } from './texts.ts';
import { nearestPoint } from './track-plan.ts';

interface JourneyMapProps {
  journey: Journey;
  parts: JourneyTrack['parts'] | null;
  carFeed: CarFeed;
  /** The moment the car was where somebody pressed. */
  onPick: (at: number) => void;
}

/** The line with speed as its colour, and the car on it; a press on it goes to the moment the car was there. */
export function JourneyMap({ journey, parts, carFeed, onPick }: JourneyMapProps) {
  const lines = useMemo(() => parts?.map(({ points }) => points) ?? [], [parts]);
  const map = useMemo(() => plainMap(journey, lines), [journey, lines]);
  const fit = useMemo(() => boxOfTrack(lines), [lines]);
  const pick = (_: number, position: Position) => {
    const point = nearestPoint(parts ?? [], position);
    if (point) onPick(point.at);
  };
  return (
    <MapView
      className={classes.map ?? ''}
      label={t('mapOf', { title: journeyTitle(journey) })}
      journeys={map}
      track={lines}
      marks={journey.marks}
      carFeed={carFeed}
      fit={fit}
      onPickJourney={pick}
      isInPage
    />
  );
}

function plainMap(journey: Journey, lines: readonly JourneyTrack['parts'][number]['points'][]): RouteMap {
  const { id, cameraId, startedAt, endedAt, isTriage } = journey;
  const coordinates = lines.map((line) =>
    line.map(([, longitude, latitude]): [number, number] => [longitude, latitude]),
  );
  return {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        geometry: { type: 'MultiLineString', coordinates },
        properties: { kind: 'journey', id, cameraId, startedAt, endedAt, isTriage },
      },
    ],
  };
}
